package io.stabbur.operations.probe;

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

  public String word() {
    return word;
  }
}
