package io.stabbur.data.request;

import java.util.List;

/// A request in the words of HTTP: what is wanted, of which schema, in which form. It need not make
/// sense.
///
/// @param profile whether the answer names its schema
/// @param contentType the type of the body, JSON when not said
/// @param range rows wanted at the root, `Range` header and parameters together
public record DataRequest(
    Intent intent,
    String schema,
    Profile profile,
    Query query,
    Preferences preferences,
    List<Media> accept,
    Media contentType,
    Payload payload,
    RowRange range) {

  public enum Profile {
    NAMED,
    UNNAMED
  }

  public boolean countsExactly() {
    return preferences.count() == Preferences.Count.EXACT
        || preferences.count() == Preferences.Count.ESTIMATED;
  }

  public boolean countsByPlan() {
    return preferences.count() == Preferences.Count.PLANNED
        || preferences.count() == Preferences.Count.ESTIMATED;
  }

  /// The range of an embedding level; that of the root includes the `Range` header.
  public RowRange rangeAt(List<String> path) {
    return path.isEmpty() ? range : query.ranges().getOrDefault(path, RowRange.ALL);
  }
}
