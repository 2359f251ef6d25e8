package io.stabbur.realtime.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Broadcasts by REST: several at once, or one with its payload as the body.
@Controller("/realtime/v1/api/broadcast")
@ExecuteOn(TaskExecutors.BLOCKING)
@Consumes(MediaType.ALL)
final class BroadcastController {
  private static final byte[] NOTHING = {};

  private final RestBroadcasts broadcasts;

  BroadcastController(RestBroadcasts broadcasts) {
    this.broadcasts = broadcasts;
  }

  @Post
  HttpResponse<?> several(Caller caller, @Body byte @Nullable [] body) {
    broadcasts.sendAll(caller, BatchRequest.of(Objects.requireNonNullElse(body, NOTHING)));
    return HttpResponse.accepted();
  }

  @Post("/{topic}/events/{event}")
  HttpResponse<?> one(
      Caller caller,
      HttpRequest<?> request,
      @PathVariable String topic,
      @PathVariable String event,
      @QueryValue(value = "private", defaultValue = "false") String isPrivate,
      @Body byte @Nullable [] body) {
    var type = request.getHeaders().get(HttpHeaders.CONTENT_TYPE);
    var payload = SinglePayload.of(type, Objects.requireNonNullElse(body, NOTHING));
    broadcasts.send(caller, BatchRequest.topic(topic, isPrivate.equals("true")), event, payload);
    return HttpResponse.accepted();
  }
}
