package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.realtime.change.row.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One change on its way to those who named one table. For the distributing thread.
final class Event {
  private final Change change;
  private final Route.Target target;
  private final @Nullable Row image;
  private final Row old;
  private List<Bound> matched = new ArrayList<>();

  Event(Change change, Route.Target target) {
    this.change = change;
    this.target = target;
    var table = target.table();
    var relation = change.relation();
    this.image =
        change.image() == null ? null : Row.of(table, relation, change.image(), change.old());
    this.old = Row.old(table, relation, change.old(), image);
  }

  Change change() {
    return change;
  }

  Kind kind() {
    return change.kind();
  }

  Route.Target target() {
    return target;
  }

  /// The new row; absent where the row is gone.
  @Nullable Row image() {
    return image;
  }

  Row old() {
    return old;
  }

  /// The row that filters are about.
  Row tested() {
    return image == null ? old : image;
  }

  /// The bindings whose filters let the change pass.
  List<Bound> matched() {
    return matched;
  }

  void match(List<Bound> bounds) {
    matched = bounds;
  }
}
