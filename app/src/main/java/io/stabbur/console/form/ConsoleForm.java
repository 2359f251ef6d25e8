package io.stabbur.console.form;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The fields of a form that was sent.
public record ConsoleForm(Map<String, String> fields) {
  public ConsoleForm {
    fields = Map.copyOf(fields);
  }

  static ConsoleForm parse(String body) {
    var fields = new HashMap<String, String>();
    for (var field : body.split("&", -1)) {
      int sign = field.indexOf('=');
      if (sign > 0) {
        fields.put(decode(field.substring(0, sign)), decode(field.substring(sign + 1)));
      }
    }
    return new ConsoleForm(fields);
  }

  /// Whether a field was sent, be it empty.
  public boolean has(String field) {
    return fields.containsKey(field);
  }

  /// What a field holds, without the spaces around it; empty where it is not there.
  public String text(String field) {
    return raw(field).strip();
  }

  /// The same with its spaces: they count in a password.
  public String raw(String field) {
    return fields.getOrDefault(field, "");
  }

  private static String decode(String text) {
    try {
      var decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      if (decoded.indexOf('\0') < 0) {
        return decoded;
      }
    } catch (IllegalArgumentException _) {
      // refused below
    }
    throw new ApiException(new Failure.Malformed("The form cannot be read"));
  }

  @Override
  public String toString() {
    return "ConsoleForm" + fields.keySet();
  }
}
