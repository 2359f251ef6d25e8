package io.stabbur.storage.inspect;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The formats that can be told by their first bytes (as the WHATWG's MIME Sniffing standard and
/// the formats' own specifications give them).
enum Signature {
  JPEG("image/jpeg image/jpg image/pjpeg", "FFD8FF"),
  PNG("image/png image/apng", "89504E470D0A1A0A"),
  GIF("image/gif", "474946383761 474946383961"),
  BMP("image/bmp image/x-ms-bmp", "424D"),
  TIFF("image/tiff", "49492A00 4D4D002A"),
  PDF("application/pdf", "255044462D"),
  // office documents, books and archives of every kind
  ZIP("", "504B0304 504B0506"),
  GZIP("application/gzip application/x-gzip", "1F8B"),
  ELF("", "7F454C46"),
  WINDOWS_PROGRAM("", "4D5A"),
  SCRIPT("", "2321"),
  WEBP("image/webp", ""),
  HEIF("image/heic image/heif image/heic-sequence image/heif-sequence image/avif", ""),
  MP4("video/mp4 video/quicktime audio/mp4 video/3gpp", "");

  /// As many bytes as are looked at.
  static final int LOOK = 64;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final Set<String> HEIF_BRANDS =
      Set.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis");
  private final String types;
  private final String beginnings;

  /// @param types the media types of the format, separated by spaces
  /// @param beginnings its first bytes in hexadecimal, separated by spaces
  Signature(String types, String beginnings) {
    this.types = types;
    this.beginnings = beginnings;
  }

  /// What the first bytes are the beginning of, if they tell.
  static Optional<Signature> of(byte[] head) {
    if (text(head, 0, 4).equals("RIFF") && text(head, 8, 12).equals("WEBP")) {
      return Optional.of(WEBP);
    }
    if (text(head, 4, 8).equals("ftyp")) {
      return Optional.of(HEIF_BRANDS.contains(text(head, 8, 12)) ? HEIF : MP4);
    }
    var hex = HEX.formatHex(head);
    for (var signature : values()) {
      for (var beginning : words(signature.beginnings)) {
        if (hex.startsWith(beginning)) {
          return Optional.of(signature);
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  private boolean isCalled(String type) {
    return words(types).contains(type);
  }

  /// Whether bytes that begin like this may be called that.
  static boolean fits(byte[] head, String mediaType) {
    var type = plain(mediaType);
    var found = of(head);
    if (found.isPresent()) {
      return found.get().isCalled(type) || (found.get() == ZIP && isZipped(type));
    }
    for (var signature : values()) {
      if (signature.isCalled(type)) {
        return false;
      }
    }
    return !type.startsWith("text/") || isText(head);
  }

  private static boolean isZipped(String type) {
    return type.startsWith("application/")
        && !type.equals("application/pdf")
        && !type.equals("application/octet-stream");
  }

  private static boolean isText(byte[] head) {
    for (byte each : head) {
      if (each == 0) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] head, int from, int to) {
    return head.length < to ? "" : new String(head, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String plain(String type) {
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }
}
