package io.stabbur.platform.http;

import io.micronaut.buffer.netty.NettyReadBufferFactory;
import io.micronaut.core.io.buffer.ReadBuffer;
import io.micronaut.core.io.buffer.ReadBufferFactory;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.body.ResponseBodyWriter;
import io.micronaut.scheduling.TaskExecutors;
import io.netty.buffer.ByteBufAllocator;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Sends a [ByteStream] in pieces, each read on a virtual thread when the socket has room for it,
/// so a slow client costs one piece of memory and no thread. A long stream has larger pieces, as
/// long as those of all take but a small part of the memory.
@Singleton
final class ByteStreamWriter implements ResponseBodyWriter<ByteStream> {
  private static final int PIECE = 64 * 1024;
  private static final int LARGE = 256 * 1024;
  private static final long LONG = 4L * LARGE;
  private static final Semaphore LARGE_PIECES =
      new Semaphore((int) Math.min(1000, Runtime.getRuntime().maxMemory() / 16 / LARGE));
  private final Scheduler blocking;

  ByteStreamWriter(@Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.blocking = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public CloseableByteBody writePiece(
      ByteBodyFactory factory,
      HttpRequest<?> request,
      HttpResponse<?> response,
      Argument<ByteStream> type,
      MediaType mediaType,
      ByteStream body) {
    var buffers = factory.readBufferFactory();
    var pieces =
        Flux.<ReadBuffer, Reading>generate(
                () -> Reading.of(body),
                (reading, sink) -> reading.next(buffers, sink),
                Reading::close)
            .subscribeOn(blocking);
    return DiscardableBody.of(factory, pieces, OptionalLong.of(body.length()), body::drop);
  }

  /// A stream on its way.
  ///
  /// @param size of a piece
  private record Reading(InputStream in, int size) {
    static Reading of(ByteStream body) throws ClosedChannelException {
      var bytes = body.take();
      boolean isLarge = body.length() >= LONG && LARGE_PIECES.tryAcquire();
      return new Reading(bytes, isLarge ? LARGE : PIECE);
    }

    Reading next(ReadBufferFactory buffers, SynchronousSink<ReadBuffer> sink) {
      try {
        var piece =
            in instanceof ReadableByteChannel channel
                    && buffers instanceof NettyReadBufferFactory netty
                ? direct(netty, channel)
                : ofHeap(buffers);
        if (piece.readable() == 0) {
          piece.close();
          sink.complete();
        } else {
          sink.next(piece);
        }
      } catch (IOException e) {
        sink.error(e);
      }
      return this;
    }

    /// Read where the socket takes it from, without a copy in the heap.
    private ReadBuffer direct(NettyReadBufferFactory buffers, ReadableByteChannel channel)
        throws IOException {
      var piece = ByteBufAllocator.DEFAULT.directBuffer(size, size);
      try {
        var into = piece.nioBuffer(0, size);
        while (into.hasRemaining() && channel.read(into) >= 0) {
          // until it is full or the stream has ended
        }
        return buffers.adapt(piece.retain().writerIndex(into.position()));
      } finally {
        piece.release();
      }
    }

    private ReadBuffer ofHeap(ReadBufferFactory buffers) throws IOException {
      var piece = new byte[size];
      int count = in.readNBytes(piece, 0, size);
      return buffers.adapt(count == size ? piece : Arrays.copyOf(piece, count));
    }

    void close() {
      if (size == LARGE) {
        LARGE_PIECES.release();
      }
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void writeTo(
      Argument<ByteStream> type,
      MediaType mediaType,
      ByteStream body,
      MutableHeaders headers,
      OutputStream out) {
    try (var in = body.take()) {
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
