package io.stabbur.platform.config;

import java.nio.charset.StandardCharsets;

/// A value that must not be printed: its `toString` hides it. Ask [#reveal] where it is used.
public record Secret(String value) {
  public static Secret of(String value) {
    return new Secret(value);
  }

  public String reveal() {
    return value;
  }

  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "***";
  }
}
