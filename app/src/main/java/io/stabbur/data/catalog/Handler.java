package io.stabbur.data.catalog;

import io.stabbur.data.request.Media;
import org.jspecify.annotations.Nullable;

/// How a result is made into a body of one media type.
public sealed interface Handler {
  record Json() implements Handler {}

  record StrippedArray() implements Handler {}

  record ObjectJson(Media.Nulls nulls) implements Handler {}

  record Csv() implements Handler {}

  record GeoJson() implements Handler {}

  /// An aggregate or function of the database; `target` is the row type it takes, none for any
  /// element.
  record Custom(Name function, @Nullable Name target) implements Handler {}

  /// No body at all.
  record Nothing() implements Handler {}

  /// A handler and the type it answers with, which for `*/*` is a more precise one.
  record Choice(Handler handler, Media media) {}

  /// What a handler is registered for; no target means any.
  record Key(@Nullable Name target, Media media) {}
}
