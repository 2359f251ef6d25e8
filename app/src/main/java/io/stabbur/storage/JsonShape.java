package io.stabbur.storage;

import io.stabbur.platform.error.ApiException;

/// Bounds what a JSON text becomes in memory: a tree takes many times its text when that holds
/// little but signs.
public final class JsonShape {
  private static final int MOST_VALUES = 20_000;

  private JsonShape() {}

  /// Refuses a text of too many values, before it is parsed.
  public static void check(byte[] json) {
    int values = 0;
    boolean text = false;
    for (int at = 0; at < json.length; at++) {
      switch (json[at]) {
        case '"' -> text = !text;
        case '\\' -> at++;
        case ',', ':', '[', '{' -> values += text ? 0 : 1;
        default -> {}
      }
    }
    if (values > MOST_VALUES) {
      throw new ApiException(new StorageError.InvalidParameter("body holds too many values"));
    }
  }
}
