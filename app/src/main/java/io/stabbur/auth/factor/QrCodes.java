package io.stabbur.auth.factor;

import io.nayuki.qrcodegen.QrCode;

/// Pictures that authenticator apps read, as SVG text.
final class QrCodes {
  private static final int BORDER = 4;

  private QrCodes() {}

  static String svg(String text) {
    var code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
    int size = code.size + 2 * BORDER;
    var path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        if (code.getModule(x, y)) {
          path.append('M').append(x + BORDER).append(',').append(y + BORDER).append("h1v1h-1z");
        }
      }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"240\" height=\"240\"><path fill=\"white\" d=\"M0,0h%dv%dh-%dz\"/><path d=\"%s\"/></svg>"
        .formatted(size, size, size, size, size, path);
  }
}
