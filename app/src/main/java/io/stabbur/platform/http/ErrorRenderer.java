package io.stabbur.platform.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiError;

/// Writes errors in the words of one API. The renderer whose path prefix is the longest match
/// answers; one with prefix `/` answers what no other claims.
public interface ErrorRenderer {
  /// The path under which this API lives, such as `/rest/v1`.
  String prefix();

  /// The answer for an error; must never reveal an unexpected exception's text.
  MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error);

  /// Whether a [io.stabbur.platform.error.Refused] is written by this renderer too, and not as in
  /// every API.
  default boolean writesRefusals() {
    return false;
  }
}
