package io.stabbur.storage.backend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Object names as relative file paths, and back. Every segment becomes one or more folder names
/// that cannot climb (`.` and `..` are spelled out), cannot be empty, and fit the 255 bytes a file
/// system allows; the mapping loses nothing.
final class FolderPath {
  private static final int LONGEST = 200;

  private FolderPath() {}

  static String encode(String name) {
    var out = new ArrayList<String>();
    for (var segment : name.split("/", -1)) {
      out.addAll(segment(segment));
    }
    return String.join("/", out);
  }

  private static List<String> segment(String segment) {
    if (segment.isEmpty()) {
      return List.of("%");
    }
    var spelled =
        switch (segment) {
          case "." -> "%2E";
          case ".." -> "%2E%2E";
          default -> segment.replace("%", "%25");
        };
    return pieces(spelled);
  }

  /// Long segments are cut; a piece that ends in `%+` goes on in the next.
  private static List<String> pieces(String spelled) {
    var pieces = new ArrayList<String>();
    var piece = new StringBuilder();
    int bytes = 0;
    for (int at = 0; at < spelled.length(); ) {
      int point = spelled.codePointAt(at);
      var text = Character.toString(point);
      int size = text.getBytes(StandardCharsets.UTF_8).length;
      boolean escape = point == '%';
      if (bytes + (escape ? 3 : size) > LONGEST) {
        pieces.add(piece.append("%+").toString());
        piece = new StringBuilder();
        bytes = 0;
      }
      int taken = escape ? 3 : text.length();
      piece.append(spelled, at, at + taken);
      bytes += escape ? 3 : size;
      at += taken;
    }
    pieces.add(piece.toString());
    return pieces;
  }

  static String decode(String path) {
    var out = new StringBuilder();
    boolean first = true;
    boolean goesOn = false;
    for (var piece : path.split("/", -1)) {
      if (!first && !goesOn) {
        out.append('/');
      }
      first = false;
      goesOn = piece.endsWith("%+");
      var text = goesOn ? piece.substring(0, piece.length() - 2) : piece;
      if (!text.equals("%")) {
        out.append(text.replace("%2E", ".").replace("%25", "%"));
      }
    }
    return out.toString();
  }
}
