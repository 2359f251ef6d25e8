package io.stabbur.auth.oauth;

import io.stabbur.auth.request.JsonBody;
import io.stabbur.platform.error.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters of a request to the token endpoint, as a form or, as some clients of the original
/// send them, as JSON.
record OAuthForm(Map<String, String> values) {
  static OAuthForm parse(byte @Nullable [] bytes, String contentType) {
    return contentType.contains("application/json") ? json(bytes) : form(bytes);
  }

  private static OAuthForm json(byte @Nullable [] bytes) {
    try {
      var values = new HashMap<String, String>();
      for (var entry : JsonBody.parse(bytes).json().entries()) {
        if (entry.getValue().isString()) {
          values.put(entry.getKey(), entry.getValue().getStringValue());
        }
      }
      return new OAuthForm(values);
    } catch (ApiException _) {
      throw OAuthFault.refuse("invalid_request", "Invalid JSON body");
    }
  }

  private static OAuthForm form(byte @Nullable [] bytes) {
    var values = new HashMap<String, String>();
    var text = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    for (var pair : text.split("&", -1)) {
      var parts = pair.split("=", 2);
      if (parts.length == 2 && values.put(decode(parts[0]), decode(parts[1])) != null) {
        throw OAuthFault.refuse(
            "invalid_request", "Parameter " + decode(parts[0]) + " is repeated");
      }
    }
    return new OAuthForm(values);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw OAuthFault.refuse("invalid_request", "Failed to parse form data");
    }
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /// The text, which must be there.
  String required(String name, String message) {
    var value = text(name);
    if (value.isEmpty()) {
      throw OAuthFault.refuse("invalid_request", message);
    }
    return value;
  }
}
