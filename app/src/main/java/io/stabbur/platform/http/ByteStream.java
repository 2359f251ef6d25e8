package io.stabbur.platform.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A response body of known length that is read while the client takes it. Whoever writes the
/// response takes the stream and closes it, at its end or when the client goes away. One that
/// nobody has taken is closed when the response is dropped or the client's connection ends.
public final class ByteStream {
  private final InputStream bytes;
  private final long length;
  private final AtomicBoolean isTaken = new AtomicBoolean();
  private final ChannelFutureListener clientGone = _ -> drop();
  private final @Nullable ChannelFuture end;

  private ByteStream(InputStream bytes, long length, @Nullable ChannelFuture end) {
    this.bytes = bytes;
    this.length = length;
    this.end = end;
  }

  /// The bytes of an answer, which are closed also where its client leaves before it begins.
  ///
  /// @param request that is answered with it
  /// @param length in bytes
  public static ByteStream of(HttpRequest<?> request, InputStream bytes, long length) {
    if (!(request instanceof NettyHttpRequest<?> served)) {
      return new ByteStream(bytes, length, null);
    }
    var end = served.getChannelHandlerContext().channel().closeFuture();
    var stream = new ByteStream(bytes, length, end);
    var _ = end.addListener(stream.clientGone);
    return stream;
  }

  /// In bytes.
  long length() {
    return length;
  }

  /// The stream, for whoever closes it.
  ///
  /// @throws ClosedChannelException where it was dropped
  InputStream take() throws ClosedChannelException {
    if (!claim()) {
      throw new ClosedChannelException();
    }
    return bytes;
  }

  /// Closes the stream unless somebody has taken it. Returns at once: to close one may block, and
  /// this runs on event loops.
  void drop() {
    if (claim()) {
      var _ = Thread.ofVirtual().name("dropped-response").start(this::close);
    }
  }

  private boolean claim() {
    if (isTaken.getAndSet(true)) {
      return false;
    }
    if (end != null) {
      var _ = end.removeListener(clientGone);
    }
    return true;
  }

  private void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
