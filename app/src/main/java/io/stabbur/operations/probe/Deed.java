package io.stabbur.operations.probe;

import java.util.List;

/// What a caller could do with something of the other organization.
public enum Deed {
  SEES("sees"),
  CHANGES("changes"),
  REMOVES("removes"),
  ADDS("adds"),
  MOVES("moves into"),
  HEARS("hears"),
  SPEAKS("speaks");

  private final String word;

  Deed(String word) {
    this.word = word;
  }

  static Deed of(String word) {
    return List.of(values()).stream()
        .filter(each -> each.word.equals(word))
        .findFirst()
        .orElseThrow();
  }

  public String word() {
    return word;
  }
}
