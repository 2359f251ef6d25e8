package io.stabbur.storage.backend;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Object names as relative file paths, and back. Every segment becomes one or more folder names of
/// printable ASCII, so that they mean the same whatever the process's locale is; that cannot climb
/// (`.` and `..` are spelled out), cannot be empty, and fit the 255 bytes a file system allows. The
/// mapping loses nothing.
final class FolderPath {
  private static final int LONGEST = 200;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private FolderPath() {}

  static String encode(String name) {
    var out = new ArrayList<String>();
    for (var segment : name.split("/", -1)) {
      out.addAll(segment(segment));
    }
    return String.join("/", out);
  }

  /// Long segments are cut; a piece that ends in `%+` goes on in the next.
  private static List<String> segment(String segment) {
    if (segment.isEmpty()) {
      return List.of("%");
    }
    boolean dots = segment.equals(".") || segment.equals("..");
    var pieces = new ArrayList<String>();
    var piece = new StringBuilder();
    for (byte sign : segment.getBytes(StandardCharsets.UTF_8)) {
      if (piece.length() + 3 > LONGEST) {
        pieces.add(piece.append("%+").toString());
        piece = new StringBuilder();
      }
      if (sign > ' ' && sign < 0x7f && sign != '%' && !dots) {
        piece.append((char) sign);
      } else {
        piece.append('%').append(HEX.toHexDigits(sign));
      }
    }
    pieces.add(piece.toString());
    return pieces;
  }

  static String decode(String path) {
    var out = new ByteArrayOutputStream();
    boolean first = true;
    boolean goesOn = false;
    for (var piece : path.split("/", -1)) {
      if (!first && !goesOn) {
        out.write('/');
      }
      first = false;
      goesOn = piece.endsWith("%+");
      if (!piece.equals("%")) {
        spell(goesOn ? piece.substring(0, piece.length() - 2) : piece, out);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void spell(String piece, ByteArrayOutputStream out) {
    for (int at = 0; at < piece.length(); at++) {
      if (piece.charAt(at) == '%') {
        out.write(HexFormat.fromHexDigits(piece, at + 1, at + 3));
        at += 2;
      } else {
        out.write(piece.charAt(at));
      }
    }
  }
}
