package io.stabbur.console.page;

/// A page of texts alone.
public record PlainPage(Frame frame) implements Page {}
