package io.stabbur.auth.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Forms that browsers bring from providers.
public final class Form {
  private Form() {}

  /// The fields by name; of several of one name the last. A field that cannot be decoded counts as
  /// not sent.
  public static Map<String, String> fields(byte @Nullable [] body) {
    var values = new HashMap<String, String>();
    var text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
    for (var pair : text.split("&", -1)) {
      var parts = pair.split("=", 2);
      if (parts.length == 2) {
        decoded(parts[1]).ifPresent(value -> values.put(parts[0], value));
      }
    }
    return values;
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
