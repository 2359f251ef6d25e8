package io.stabbur.realtime.http;

import io.micronaut.http.MediaType;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.change.BroadcastSink.Body;
import org.jspecify.annotations.Nullable;

/// The body of a single broadcast as the payload it is.
final class SinglePayload {
  private SinglePayload() {}

  /// @param type the header Content-Type; JSON where it is absent
  static Body of(@Nullable String type, byte[] bytes) {
    var essence = type == null ? MediaType.APPLICATION_JSON : type.split(";", 2)[0].strip();
    if (essence.equalsIgnoreCase(MediaType.APPLICATION_OCTET_STREAM)) {
      return new Body.Bytes(bytes);
    }
    if (!essence.equalsIgnoreCase(MediaType.APPLICATION_JSON)) {
      throw new ApiException(new Failure.UnsupportedMedia(essence));
    }
    if (!Json.isValid(bytes)) {
      throw new ApiException(new Failure.Malformed("The body is not one JSON value"));
    }
    return new Body.Json(bytes);
  }
}
