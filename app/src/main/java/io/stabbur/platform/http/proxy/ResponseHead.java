package io.stabbur.platform.http.proxy;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.netty.NettyMutableHttpResponse;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.stabbur.platform.http.SharedOrigin;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A server's response as the framework's, with the server's own headers.
final class ResponseHead {
  private ResponseHead() {}

  /// Takes away what would reach others who use this address ([SharedOrigin]).
  static void keepApart(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.SET_COOKIE)) {
      removeOwnCookies(headers);
    }
    if (SharedOrigin.isPage(headers.getAll(HttpHeaderNames.CONTENT_TYPE))) {
      headers.add(SharedOrigin.POLICY, SharedOrigin.NOWHERE);
    }
  }

  private static void removeOwnCookies(HttpHeaders headers) {
    var cookies = headers.getAll(HttpHeaderNames.SET_COOKIE);
    if (cookies.stream().anyMatch(SharedOrigin::isOwn)) {
      headers.remove(HttpHeaderNames.SET_COOKIE);
      headers.add(
          HttpHeaderNames.SET_COOKIE,
          cookies.stream().filter(cookie -> !SharedOrigin.isOwn(cookie)).toList());
    }
  }

  static MutableHttpResponse<?> of(HttpResponse head) {
    return of(head, null);
  }

  private static MutableHttpResponse<?> of(HttpResponse head, @Nullable StreamedBody body) {
    HopHeaders.remove(head.headers());
    return new NettyMutableHttpResponse<>(
        HttpVersion.HTTP_1_1, head.status(), head.headers(), body, ConversionService.SHARED);
  }

  static MutableHttpResponse<?> of(
      HttpResponse head, ResponseBody body, boolean isWhole, NettyHttpRequest<?> request) {
    long announced = HttpUtil.getContentLength(head, -1L);
    int code = head.status().code();
    if (code == 204 || code == 304 || request.getMethodName().equals("HEAD")) {
      body.discard();
      return of(head);
    }
    long length = isWhole ? body.buffered() : announced;
    if (length == 0) {
      body.discard();
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, "0");
      return of(head);
    }
    return of(
        head,
        isWhole
            ? new StreamedBody.Whole(body.takeAll())
            : new StreamedBody.Flowing(
                body, length < 0 ? OptionalLong.empty() : OptionalLong.of(length)));
  }
}
