package io.stabbur.realtime.socket;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.stabbur.identity.Caller;
import io.stabbur.identity.ChannelCallers;
import io.stabbur.platform.http.StatusLine;
import io.stabbur.realtime.channel.ChannelsOfProjects;
import io.stabbur.realtime.room.Envelope;
import io.stabbur.realtime.room.Wire;
import org.jspecify.annotations.Nullable;

/// Decides about the opening of a socket, as about any request that has passed the gateway.
/// [SocketUpgrade] does the rest on the connection.
@Controller("/realtime/v1/websocket")
final class SocketController {
  private final ChannelsOfProjects channels;
  private final ChannelCallers callers;

  SocketController(ChannelsOfProjects channels, ChannelCallers callers) {
    this.channels = channels;
    this.callers = callers;
  }

  @Get(produces = MediaType.APPLICATION_JSON)
  MutableHttpResponse<?> open(HttpRequest<?> request, Caller caller) {
    var upgrade = upgrade(request);
    var wire = Wire.of(request.getParameters().get("vsn"));
    var project = channels.of(caller.project());
    if (upgrade == null || !upgrade.isAsked()) {
      return refusal(426, "A WebSocket upgrade is required");
    }
    if (wire.isEmpty()) {
      return refusal(400, "The requested vsn is not supported; use 1.0.0 or 2.0.0");
    }
    if (project.isFull()) {
      return refusal(429, "Too many connected users");
    }
    if (project.joinsTooFast()) {
      return refusal(429, "Too many joins per second");
    }
    upgrade.accept(new SocketUpgrade.Accepted(caller, callers.key(request), wire.get(), project));
    return HttpResponse.status(101, "Switching Protocols");
  }

  private static @Nullable SocketUpgrade upgrade(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty
        ? netty.getChannelHandlerContext().pipeline().get(SocketUpgrade.class)
        : null;
  }

  private static MutableHttpResponse<?> refusal(int status, String text) {
    return StatusLine.of(status).body("{\"error\":" + Envelope.quote(text) + "}");
  }
}
