package io.stabbur.data.request;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A query string, parsed.
///
/// @param canonical the parameters in the order of their keys, encoded again
/// @param arguments parameters of a function called by GET or HEAD
/// @param filterKeys keys of all filters as written, to compare with a primary key
/// @param columns the `columns` parameter, sorted; none when absent
/// @param onConflict the `on_conflict` parameter; none when absent
public record Query(
    String canonical,
    List<SelectItem> select,
    List<AtPath<Condition.Filter>> filters,
    List<AtPath<Condition>> logic,
    List<AtPath<List<OrderTerm>>> order,
    Map<List<String>, RowRange> ranges,
    List<Map.Entry<String, String>> arguments,
    Set<String> filterKeys,
    @Nullable List<String> columns,
    @Nullable List<String> onConflict) {

  public RowRange rootRange() {
    return ranges.getOrDefault(List.of(), RowRange.ALL);
  }
}
