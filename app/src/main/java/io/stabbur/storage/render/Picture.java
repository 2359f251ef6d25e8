package io.stabbur.storage.render;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// A rendered image.
final class Picture {
  private final byte[] bytes;
  private final String type;

  Picture(byte[] bytes, String type) {
    this.bytes = bytes;
    this.type = type;
  }

  int size() {
    return bytes.length;
  }

  String type() {
    return type;
  }

  InputStream open() {
    return new ByteArrayInputStream(bytes);
  }
}
