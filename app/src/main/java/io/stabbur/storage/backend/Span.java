package io.stabbur.storage.backend;

/// A run of bytes: where it starts and how many there are.
public record Span(long from, long length) {
  public long last() {
    return from + length - 1;
  }

  public static Span whole(long size) {
    return new Span(0, size);
  }
}
