package io.stabbur.realtime.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One element of `config.postgres_changes` of a join, as the client sent it.
///
/// @param id the number the join reply gives it and each matching change names
/// @param event `INSERT`, `UPDATE` or `DELETE` in any case; anything else means every change
/// @param schema `*` for all; `public` where only a table is named
/// @param table `*` for all, and where only a schema is named
/// @param filter such as `owner=eq.7,state=in.(a,b)`; absent for none
/// @param select the columns wanted; empty for all
public record Binding(
    int id,
    @Nullable String event,
    @Nullable String schema,
    @Nullable String table,
    @Nullable String filter,
    List<String> select) {
  public Binding {
    select = List.copyOf(select);
  }
}
