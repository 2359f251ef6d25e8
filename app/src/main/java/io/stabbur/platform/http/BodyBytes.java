package io.stabbur.platform.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.io.IOException;

/// The whole body of a request in memory, up to a limit: for routes whose bodies the gateway leaves
/// to their room.
public final class BodyBytes {
  private BodyBytes() {}

  /// The body, which may have so many bytes; refused with [Failure.TooLarge] before more is read.
  public static byte[] read(HttpRequest<?> request, int most) {
    if (request.getContentLength() > most) {
      throw new ApiException(new Failure.TooLarge(most));
    }
    try (var in = ((ServerHttpRequest<?>) request).byteBody().toInputStream()) {
      var bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ApiException(new Failure.TooLarge(most));
      }
      return bytes;
    } catch (IOException e) {
      throw new ApiException(new Failure.Malformed("The body was cut short"));
    }
  }
}
