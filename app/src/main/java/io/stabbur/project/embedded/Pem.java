package io.stabbur.project.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// Keys and certificates as text (RFC 7468).
final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  static String of(String label, byte[] bytes) {
    var text =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
  }

  /// The first of this label.
  static byte[] read(String label, String pem) throws IOException {
    var found =
        Pattern.compile("-----BEGIN %s-----([^-]*)-----END %s-----".formatted(label, label))
            .matcher(pem);
    if (!found.find()) {
      throw new IOException("no " + label);
    }
    return Base64.getMimeDecoder().decode(found.group(1));
  }
}
