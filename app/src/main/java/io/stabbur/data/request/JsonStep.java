package io.stabbur.data.request;

/// One arrow of a JSON path and what it points at.
public record JsonStep(Arrow arrow, Target target) {

  /// `->` keeps JSON, `->>` makes text.
  public enum Arrow {
    JSON,
    TEXT
  }

  /// A key or an index.
  public sealed interface Target {
    record Key(String name) implements Target {}

    record Index(int position) implements Target {}
  }
}
