package io.stabbur.console.account;

import io.nayuki.qrcodegen.QrCode;

/// A square picture that apps read, as the path of an SVG.
///
/// @param size of its sides
/// @param path of the dark squares
public record QrPicture(int size, String path) {
  static final QrPicture NONE = new QrPicture(1, "");
  private static final int BORDER = 4;

  static QrPicture of(String text) {
    var code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
    var path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        if (code.getModule(x, y)) {
          path.append('M').append(x + BORDER).append(',').append(y + BORDER).append("h1v1h-1z");
        }
      }
    }
    return new QrPicture(code.size + 2 * BORDER, path.toString());
  }
}
