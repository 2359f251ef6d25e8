package io.stabbur.platform.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.netty.DefaultHttpCompressionStrategy;
import io.micronaut.http.server.netty.HttpCompressionStrategy;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import jakarta.inject.Singleton;

/// Which answers are compressed: text of some size, but never a stored object. An object's length,
/// ranges and entity tag are those of its bytes, so they go out as they are.
@Singleton
@Replaces(DefaultHttpCompressionStrategy.class)
final class Compression implements HttpCompressionStrategy {
  private static final int LEAST_BYTES = 1024;
  private static final int LARGEST_ZSTD = 1 << 20;

  @Override
  public boolean isEnabled() {
    return true;
  }

  @Override
  public boolean shouldCompress(HttpResponse response) {
    var headers = response.headers();
    var type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    long length = HttpUtil.getContentLength(response, -1L);
    return type != null
        && !headers.contains(HttpHeaderNames.ACCEPT_RANGES)
        && (length < 0 || length >= LEAST_BYTES)
        // events are worth most when they are new
        && !type.startsWith("text/event-stream")
        && MediaType.isTextBased(type);
  }

  @Override
  public int getMaxZstdEncodeSize() {
    return LARGEST_ZSTD;
  }
}
