package io.stabbur.platform.http.proxy;

import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.stabbur.platform.http.SharedOrigin;

/// The head of a request as it is sent on: without the headers that speak of the client's
/// connection (RFC 9110, 7.6.1), and without the cookies of the appliance itself.
final class RequestHead {
  private RequestHead() {}

  static HttpRequest of(NettyHttpRequest<?> request, Outgoing outgoing) {
    var original = request.getNativeRequest();
    var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, original.method(), outgoing.uri());
    var headers = head.headers().add(original.headers());
    boolean upgrades = UpgradeRequests.isUpgrade(original);
    HopHeaders.remove(headers);
    headers.remove(HttpHeaderNames.EXPECT);
    removeOwnCookies(headers);
    if (upgrades) {
      headers.set(HttpHeaderNames.CONNECTION, "Upgrade").set(HttpHeaderNames.UPGRADE, "websocket");
    }
    outgoing
        .headers()
        .forEach(
            (name, value) -> {
              if (value.isEmpty()) {
                headers.remove(name);
              } else {
                headers.set(name, value);
              }
            });
    if (original.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    }
    return head;
  }

  private static void removeOwnCookies(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.COOKIE)) {
      var foreign =
          headers.getAll(HttpHeaderNames.COOKIE).stream()
              .map(SharedOrigin::foreign)
              .filter(each -> !each.isEmpty())
              .toList();
      headers.remove(HttpHeaderNames.COOKIE).add(HttpHeaderNames.COOKIE, foreign);
    }
  }
}
