package io.stabbur.identity;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.EventLoop;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.proxy.Exchange;
import io.stabbur.platform.http.proxy.ExchangeWatch;
import io.stabbur.platform.http.proxy.Outgoing;
import io.stabbur.platform.share.FairShare.Permit;
import io.stabbur.project.Hold;
import io.stabbur.project.HostedPart;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request on its way to a hosted project.
final class Passage implements ExchangeWatch {
  private static final String SOCKET_KEY = "sec-websocket-key";
  private static final int SOCKET_KEY_BYTES = 16;
  private static final int SOCKET = 101;
  private static final String REALTIME_SOCKET = "/realtime/v1/websocket";
  private static final long LOOK_MILLIS = 250;

  /// Of the way here, which is no business of the hosted project's.
  private static final List<String> KEPT =
      List.of(
          "forwarded",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-proto",
          "x-real-ip",
          "x-stabbur-position",
          "x-stabbur-server");

  /// Of the hosted project's own address.
  private static final List<String> DROPPED = List.of("alt-svc", "strict-transport-security");

  private final HttpRequest<?> request;
  private final Caller caller;
  private final HostedProject hosted;
  private final String client;
  private final HostedPart part;
  private @Nullable Permit permit;
  private @Nullable Hold hold;
  private @Nullable Future<?> socketEnd;
  private volatile @Nullable Exchange exchange;
  private volatile boolean isAnswered;
  private volatile boolean isOver;
  private volatile boolean socketHasEnded;
  private long sentAt;

  /// @param client the network address of the client
  Passage(HttpRequest<?> request, Caller caller, HostedProject hosted, String client) {
    this.request = request;
    this.caller = caller;
    this.hosted = hosted;
    this.client = client;
    this.part = HostedPart.at(request.getPath()).orElseThrow();
  }

  CompletionStage<HttpResponse<?>> start() {
    permit =
        hosted
            .permits()
            .tryAcquire(caller.share(), 1)
            .orElseThrow(
                () ->
                    new ApiException(
                        new Failure.Crowded(
                            "Too many requests to the hosted project are under way")));
    var target = ((NettyHttpRequest<?>) request).getNativeRequest().uri();
    var sent = hosted.server().send(request, new Outgoing(target, headers()), this);
    exchange = sent;
    if (socketHasEnded) {
      endSocket();
    }
    watch();
    return sent.response().thenApply(this::seen);
  }

  /// Whether the request opens a WebSocket (RFC 6455, 4.2.1).
  private boolean isSocket() {
    return request.getMethodName().equals("GET")
        && asksForSocket()
        && isSocketKey(request.getHeaders().get(SOCKET_KEY));
  }

  /// The header `Upgrade` of Realtime's own path was taken off on the way here.
  private boolean asksForSocket() {
    return "websocket".equalsIgnoreCase(request.getHeaders().get(HttpHeaders.UPGRADE))
        || request.getPath().equals(REALTIME_SOCKET);
  }

  private static boolean isSocketKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key.strip()).length == SOCKET_KEY_BYTES;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private Map<String, String> headers() {
    var headers = new HashMap<String, String>();
    KEPT.forEach(name -> headers.put(name, ""));
    headers.put("host", hosted.authority());
    headers.put("x-forwarded-for", client);
    if (isSocket()) {
      headers.put("connection", "Upgrade");
      headers.put("upgrade", "websocket");
    }
    return headers;
  }

  /// The answer as it is seen at this address.
  private HttpResponse<?> seen(MutableHttpResponse<?> response) {
    var headers = response.getHeaders();
    for (var name : List.copyOf(headers.names())) {
      var plain = name.toLowerCase(Locale.ROOT);
      // functions answer pages of other origins themselves, here and there
      if (DROPPED.contains(plain)
          || (plain.startsWith("access-control-") && part != HostedPart.FUNCTIONS)) {
        headers.remove(name);
      }
    }
    var location = headers.get(HttpHeaders.LOCATION);
    if (location != null) {
      headers.set(HttpHeaders.LOCATION, hosted.seenFrom(caller.project().publicUrl(), location));
    }
    return response;
  }

  private void watch() {
    var _ = loop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private EventLoop loop() {
    return ((NettyHttpRequest<?>) request).getChannelHandlerContext().channel().eventLoop();
  }

  /// Whether the hosted project takes too long to begin an answer.
  private void look() {
    var running = exchange;
    if (isOver || isAnswered || running == null) {
      return;
    }
    if (running.isSent() && sentAt == 0) {
      sentAt = System.nanoTime();
    }
    if (sentAt != 0 && System.nanoTime() - sentAt > hosted.patience().toNanos()) {
      running.abort(
          new ApiException(
              new Refused(
                  504,
                  "hosted_timeout",
                  "The hosted project that serves this part does not answer")));
    } else {
      watch();
    }
  }

  @Override
  public void head(int status) {
    isAnswered = true;
    if (status == SOCKET) {
      // it lasts, and connections have limits of their own
      giveBack();
      beginSocket();
    }
  }

  /// Keeps the project open while the socket lasts, and ends it in time.
  private void beginSocket() {
    long limit = hosted.socketLimit().toMillis();
    hold = caller.project().hold();
    socketEnd = loop().schedule(this::endSocket, limit, TimeUnit.MILLISECONDS);
    hosted.opened(this);
  }

  /// Ends the socket, from any thread; its client may connect again.
  void endSocket() {
    // before the look at the exchange, which another thread may be about to note
    socketHasEnded = true;
    var open = exchange;
    if (open != null) {
      open.abort(new ApiException(new Failure.Unavailable("The socket has ended")));
    }
  }

  @Override
  public void progress() {
    // what has begun may take as long as the client takes it
  }

  @Override
  public void end(Ending ending) {
    isOver = true;
    giveBack();
    var held = hold;
    if (held != null) {
      held.close();
      hosted.ended(this);
    }
    var planned = socketEnd;
    if (planned != null) {
      var _ = planned.cancel(false);
    }
  }

  private void giveBack() {
    var held = permit;
    if (held != null) {
      permit = null;
      held.close();
    }
  }
}
