package io.stabbur.platform.http;

import io.micronaut.core.io.buffer.ReadBuffer;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.body.ResponseBodyWriter;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Sends a [ByteStream] in pieces, each read on a virtual thread when the socket has room for it,
/// so a slow client costs one piece of memory and no thread.
@Singleton
final class ByteStreamWriter implements ResponseBodyWriter<ByteStream> {
  private static final int PIECE = 64 * 1024;
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
    var pieces =
        Flux.<ReadBuffer, InputStream>generate(
                body::bytes, (in, sink) -> next(factory, in, sink), ByteStreamWriter::close)
            .subscribeOn(blocking);
    return factory.adapt(pieces, OptionalLong.of(body.length()));
  }

  private static InputStream next(
      ByteBodyFactory factory, InputStream in, SynchronousSink<ReadBuffer> sink) {
    try {
      var piece = new byte[PIECE];
      int count = in.readNBytes(piece, 0, PIECE);
      if (count == 0) {
        sink.complete();
      } else {
        var bytes = count == PIECE ? piece : Arrays.copyOf(piece, count);
        sink.next(factory.readBufferFactory().adapt(bytes));
      }
    } catch (IOException e) {
      sink.error(e);
    }
    return in;
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void writeTo(
      Argument<ByteStream> type,
      MediaType mediaType,
      ByteStream body,
      MutableHeaders headers,
      OutputStream out) {
    try (var in = body.bytes()) {
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
