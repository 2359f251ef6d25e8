package io.stabbur.storage.encrypt;

import io.stabbur.storage.backend.Span;
import java.util.Optional;

/// Which chunks hold a run of clear bytes, and where those chunks are stored.
///
/// @param first the first chunk to open
/// @param last the last chunk to open; the object's last one where the run reaches its end, so that
///   an object that was cut is noticed
/// @param skipped clear bytes of the first chunk before the run
/// @param length clear bytes of the run
record ReadPlan(Position first, Position last, int skipped, long length) {
  /// A chunk of a segment.
  ///
  /// @param segment its place in the layout
  /// @param start where the segment begins in the stored object
  record Position(int segment, long chunk, long start) {
    /// Where the chunk begins in the stored object; a segment's first chunk with its salt.
    long from(Layout layout) {
      return chunk == 0 ? start : start + layout.segments().get(segment).position(chunk);
    }

    long to(Layout layout) {
      return start + layout.segments().get(segment).end(chunk);
    }
  }

  /// Empty where the object has no such bytes.
  static Optional<ReadPlan> of(Layout layout, Span span) {
    long size = layout.size();
    if (layout.segments().isEmpty() || span.from() < 0 || span.from() + span.length() > size) {
      return Optional.empty();
    }
    var first = locate(layout, span.from());
    long end = span.from() + span.length();
    var last = locate(layout, end == size || span.length() == 0 ? end : end - 1);
    int skipped = (int) (offset(layout, first.segment(), span.from()) % Segment.CHUNK);
    return Optional.of(new ReadPlan(first, last, skipped, span.length()));
  }

  /// The chunk that holds a clear byte; the very last chunk for the position after all bytes.
  private static Position locate(Layout layout, long position) {
    long clear = 0;
    long stored = 0;
    int last = layout.segments().size() - 1;
    for (int at = 0; at < last; at++) {
      var segment = layout.segments().get(at);
      if (position < clear + segment.size()) {
        return new Position(at, (position - clear) / Segment.CHUNK, stored);
      }
      clear += segment.size();
      stored += segment.storedSize();
    }
    return new Position(last, (position - clear) / Segment.CHUNK, stored);
  }

  private static long offset(Layout layout, int segment, long position) {
    return position - layout.segments().subList(0, segment).stream().mapToLong(Segment::size).sum();
  }

  /// The stored bytes to read.
  Span stored(Layout layout) {
    long from = first.from(layout);
    return new Span(from, last.to(layout) - from);
  }

  /// The salt that must be read apart, since the chunks begin after it; empty where there is none.
  Optional<Span> salt(Layout layout) {
    int size = layout.segments().get(first.segment()).headerSize();
    return first.chunk() == 0 || size == 0
        ? Optional.empty()
        : Optional.of(new Span(first.start(), size));
  }
}
