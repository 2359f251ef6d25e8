package io.stabbur.data.request;

import java.util.List;

/// A request in the words of HTTP: what is wanted, of which schema, in which form. It need not make
/// sense.
///
/// @param profile whether the answer names its schema
/// @param contentType the type of the body, JSON when not said
/// @param range rows wanted at the root, `Range` header and parameters together
/// @param planner whether the planner's estimate may stand for a count
public record DataRequest(
    Intent intent,
    String schema,
    Profile profile,
    Query query,
    Preferences preferences,
    List<Media> accept,
    Media contentType,
    Payload payload,
    RowRange range,
    Planner planner) {

  public enum Profile {
    NAMED,
    UNNAMED
  }

  public enum Planner {
    ASKED,
    NOT_ASKED
  }

  /// The same request, counted without the planner: it knows of rows that the caller may not see.
  public DataRequest withoutPlanner() {
    return new DataRequest(
        intent,
        schema,
        profile,
        query,
        preferences,
        accept,
        contentType,
        payload,
        range,
        Planner.NOT_ASKED);
  }

  /// Whether rows are counted, perhaps up to a bound only.
  public boolean countsExactly() {
    return preferences.count() == Preferences.Count.EXACT
        || preferences.count() == Preferences.Count.ESTIMATED
        || countsWithinBound();
  }

  /// Whether the planner is asked for their number.
  public boolean countsByPlan() {
    return planner == Planner.ASKED && wantsEstimate();
  }

  /// Whether rows are counted up to a bound, and nothing is said of those beyond it.
  public boolean countsWithinBound() {
    return planner == Planner.NOT_ASKED && wantsEstimate();
  }

  private boolean wantsEstimate() {
    return preferences.count() == Preferences.Count.PLANNED
        || preferences.count() == Preferences.Count.ESTIMATED;
  }

  /// The range of an embedding level; that of the root includes the `Range` header.
  public RowRange rangeAt(List<String> path) {
    return path.isEmpty() ? range : query.ranges().getOrDefault(path, RowRange.ALL);
  }
}
