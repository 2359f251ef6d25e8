package io.stabbur.console.form;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The fields of a form that was sent.
public record ConsoleForm(Map<String, String> fields) {
  /// Signs that a page does not show or a keyboard does not write.
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[[\\p{C}\\p{Z}&&[^ ]]\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u2800\\u3164\\uFFA0]");

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

  /// Whether this name was written once more; a name of spaces cannot be. Spaces count as pages
  /// show them: several are one, and those at the ends none.
  public boolean confirms(String name) {
    var written = spaced(raw("confirm"));
    return !written.isEmpty() && written.equals(spaced(name));
  }

  /// Whether everybody can write a name as a page shows it: it has only signs that are seen.
  public static boolean isWritable(String name) {
    return !name.isBlank() && !UNSEEN.matcher(name).find();
  }

  /// What is to be written once more: the name, or the other where not everybody can write it.
  public static String asked(String name, Object other) {
    return isWritable(name) ? name : other.toString();
  }

  private static String spaced(String text) {
    var composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return composed.strip().replaceAll("\\s+", " ");
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
