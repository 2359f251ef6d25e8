package io.stabbur.platform.http.proxy;

import io.micronaut.core.io.buffer.ReadBuffer;
import java.util.OptionalLong;

/// The body of a response.
sealed interface StreamedBody {
  /// One that arrives while the client takes it.
  ///
  /// @param length as the server announced it
  record Flowing(ResponseBody pieces, OptionalLong length) implements StreamedBody {}

  /// One that is all there.
  record Whole(ReadBuffer bytes) implements StreamedBody {}
}
