package io.stabbur.platform.db;

/// What a transaction may do; Postgres enforces it.
public enum Access {
  READ("begin read only"),
  WRITE("begin read write");

  private final String begin;

  Access(String begin) {
    this.begin = begin;
  }

  String begin() {
    return begin;
  }
}
