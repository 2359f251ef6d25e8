package io.stabbur.platform.http;

import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.io.buffer.ReadBuffer;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.body.stream.BodySizeLimits;
import io.micronaut.http.simple.SimpleHttpHeaders;
import java.util.Map;
import java.util.OptionalLong;
import org.reactivestreams.Publisher;

/// Response bodies that hold something open. The framework drops the body of a client that has left
/// without a subscription to its pieces, so nothing that a publisher closes would be closed.
public final class DiscardableBody {
  private DiscardableBody() {}

  /// A body of these pieces.
  ///
  /// @param length in bytes, where it is known
  /// @param onDiscard runs when the framework drops the body, subscribed to or not, on an event
  ///   loop; may run after its end
  public static CloseableByteBody of(
      ByteBodyFactory factory,
      Publisher<ReadBuffer> pieces,
      OptionalLong length,
      Runnable onDiscard) {
    var announced =
        length.isPresent()
            ? Map.of("Content-Length", Long.toString(length.getAsLong()))
            : Map.<String, String>of();
    return factory.adapt(
        pieces,
        BodySizeLimits.UNLIMITED,
        new SimpleHttpHeaders(announced, ConversionService.SHARED),
        onDiscard);
  }
}
