package io.stabbur.storage.encrypt;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.Stream;

/// The segments an object is made of, in their order. It is authenticated with the object's key, so
/// that no part can be left out, repeated or moved. An upload in parts has none until it is joined.
record Layout(List<Segment> segments) {
  static final Layout UNFINISHED = new Layout(List.of());

  static Layout whole(long size) {
    return new Layout(List.of(new Segment(0, size)));
  }

  long size() {
    return segments.stream().mapToLong(Segment::size).sum();
  }

  long storedSize() {
    return segments.stream().mapToLong(Segment::storedSize).sum();
  }

  /// As it is kept: `1:5242880,2:17`.
  String text() {
    return segments.stream()
        .map(segment -> segment.number() + ":" + segment.size())
        .collect(joining(","));
  }

  static Layout parse(String text) {
    return text.isEmpty()
        ? UNFINISHED
        : new Layout(Stream.of(text.split(",", -1)).map(Layout::segment).toList());
  }

  private static Segment segment(String text) {
    int colon = text.indexOf(':');
    return new Segment(
        Integer.parseInt(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }
}
