package io.stabbur.realtime.change.row;

import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.platform.pgoutput.Tuple;
import io.stabbur.realtime.change.table.Table;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A row image of a change: a text, null, or nothing known, for each column of a table. For one
/// thread.
public final class Row {
  private final Table table;
  private final @Nullable String[] values;
  private final boolean[] known;

  private Row(Table table) {
    this.table = table;
    this.values = new @Nullable String[table.columns().size()];
    this.known = new boolean[values.length];
  }

  /// The new row. A value that is stored apart and was not sent is taken from the old row where
  /// that is whole, and is unknown otherwise.
  public static Row of(Table table, Relation relation, Tuple image, @Nullable Tuple old) {
    var row = new Row(table);
    boolean whole = old != null && relation.identity() == Relation.Identity.FULL;
    for (int i = 0; i < image.size(); i++) {
      int place = table.place(relation.columns().get(i));
      if (place < 0) {
        continue;
      }
      var source = image.isUnchanged(i) && whole && old != null ? old : image;
      if (!source.isUnchanged(i)) {
        row.set(place, source.text(i));
      }
    }
    return row;
  }

  /// The old row: whole, or the columns of its identity, or what the new row says of its key where
  /// the database did not write the old one because the key stayed the same.
  ///
  /// @param image the new row; absent where the row is gone
  public static Row old(Table table, Relation relation, @Nullable Tuple old, @Nullable Row image) {
    var row = new Row(table);
    if (old == null) {
      if (image != null && relation.identity() == Relation.Identity.DEFAULT) {
        table.key().forEach(place -> row.set(place, image.values[place]));
      }
      return row;
    }
    for (int i = 0; i < old.size(); i++) {
      int place = table.place(relation.columns().get(i));
      boolean sent =
          relation.identity() == Relation.Identity.FULL
              || (relation.identity() == Relation.Identity.DEFAULT
                  ? place >= 0 && table.columns().get(place).isKey()
                  // of an identity by index the stream does not say which columns it has
                  : old.text(i) != null);
      if (place >= 0 && sent && !old.isUnchanged(i)) {
        row.set(place, old.text(i));
      }
    }
    return row;
  }

  public Table table() {
    return table;
  }

  public boolean isKnown(int place) {
    return known[place];
  }

  /// The text of a value, or null; also null where nothing is known.
  public @Nullable String text(int place) {
    return values[place];
  }

  /// What was found out about a column later.
  public void set(int place, @Nullable String value) {
    values[place] = value;
    known[place] = true;
  }

  /// The values of the primary key; absent where one of them is unknown.
  public String @Nullable [] key() {
    var key = new String[table.key().size()];
    for (int i = 0; i < key.length; i++) {
      var value = values[table.key().get(i)];
      if (value == null) {
        return null;
      }
      key[i] = value;
    }
    return key.length == 0 ? null : key;
  }

  @Override
  public String toString() {
    return table + (known.length == 0 ? "" : " known " + Arrays.toString(known));
  }
}
