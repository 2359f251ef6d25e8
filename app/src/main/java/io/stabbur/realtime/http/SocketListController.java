package io.stabbur.realtime.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.realtime.channel.Channels;
import io.stabbur.realtime.channel.ChannelsOfProjects;
import io.stabbur.realtime.channel.ProjectChannels;

/// `/admin/v1/realtime`: the sockets and channels of a project on this process, for the service
/// role.
@Controller("/admin/v1/realtime")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SocketListController {
  private final ChannelsOfProjects channels;

  SocketListController(ChannelsOfProjects channels) {
    this.channels = channels;
  }

  /// Sockets, the oldest first, up to 1,000 from `offset` on.
  @Get
  String list(Caller caller, @QueryValue(defaultValue = "0") int offset) {
    return SocketList.json(project(caller).sockets(), offset);
  }

  /// Ends a socket with code 1012: its client connects again if its key still holds.
  @Delete("/sockets/{id}")
  HttpResponse<?> end(Caller caller, String id) {
    socket(caller, id).restart();
    return HttpResponse.noContent();
  }

  /// Ends one channel of a socket: its client may join again if its token still holds.
  @Delete("/sockets/{id}/channels/{number}")
  HttpResponse<?> endChannel(Caller caller, String id, int number) {
    socket(caller, id).endChannel(number);
    return HttpResponse.noContent();
  }

  private Channels socket(Caller caller, String id) {
    return project(caller)
        .find(id)
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("The socket")));
  }

  private ProjectChannels project(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("The sockets of realtime need the service key"));
    }
    return channels.of(caller.project());
  }
}
