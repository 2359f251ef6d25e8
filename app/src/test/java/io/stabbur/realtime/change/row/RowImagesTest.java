package io.stabbur.realtime.change.row;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.PgOutput;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import io.stabbur.realtime.change.table.ValueType.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is known of the new and the old row of a change, for each replica identity. A row is
/// written as its values with blanks between: `-` for null, `u` for a long value that was not sent,
/// `?` for nothing known. The table has the columns `a`, `b` and `c`; the key is `a` and `b`.
class RowImagesTest {
  private static final String NONE = "none";

  private static final ValueType TEXT =
      new ValueType(25, "pg_catalog.text", "text", Json.TEXT, null, ',', Comparison.BY_TEXT);

  private static final Table TABLE = table(column("a", 1), column("b", 2), column("c", 0));

  private static Column column(String name, int keyPosition) {
    return new Column(name, TEXT, keyPosition, null, null, Comparison.BY_TEXT, null);
  }

  private static Table table(Column... columns) {
    var places = new java.util.HashMap<String, Integer>();
    var key = new ArrayList<Integer>();
    for (int i = 0; i < columns.length; i++) {
      places.put(columns[i].name(), i);
      if (columns[i].isKey()) {
        key.add(i);
      }
    }
    return new Table(
        1, "public", "t", null, List.of(), List.of(columns), Map.copyOf(places), List.copyOf(key));
  }

  private static void name(ByteBuffer out, String name) {
    out.put(name.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
  }

  private static void tuple(ByteBuffer out, String row) {
    var values = row.split(" ", -1);
    out.putShort((short) values.length);
    for (var value : values) {
      switch (value) {
        case "-" -> out.put((byte) 'n');
        case "u" -> out.put((byte) 'u');
        default -> {
          var text = value.getBytes(StandardCharsets.UTF_8);
          out.put((byte) 't').putInt(text.length).put(text);
        }
      }
    }
  }

  /// @param old the old row as Postgres writes it; `none` where it writes none
  private static Change change(String columns, char identity, String old, String image) {
    var stream = new PgOutput(_ -> true);
    var relation = ByteBuffer.allocate(200).put((byte) 'R').putInt(1);
    name(relation, "public");
    name(relation, "t");
    var names = columns.split(" ", -1);
    relation.put((byte) identity).putShort((short) names.length);
    for (var each : names) {
      relation.put((byte) 0);
      name(relation, each);
      relation.putInt(25).putInt(-1);
    }
    var _ = stream.read(relation.flip());
    var row = ByteBuffer.allocate(200).put((byte) (image.equals(NONE) ? 'D' : 'U')).putInt(1);
    if (!old.equals(NONE)) {
      row.put((byte) (identity == 'f' ? 'O' : 'K'));
      tuple(row, old);
    }
    if (!image.equals(NONE)) {
      row.put((byte) 'N');
      tuple(row, image);
    }
    return (Change) stream.read(row.flip());
  }

  private static @Nullable Row image(Change change) {
    return change.image() == null
        ? null
        : Row.of(TABLE, change.relation(), change.image(), change.old());
  }

  private static String text(@Nullable Row row) {
    if (row == null) {
      return NONE;
    }
    var text = new StringJoiner(" ");
    for (int place = 0; place < 3; place++) {
      var value = row.text(place);
      text.add(!row.isKnown(place) ? "?" : value == null ? "-" : value);
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the key did not change: the new row says what it is
        "d | none | 1 2 3 | 1 2 3 | 1 2 ?",
        "d | none | 1 2 - | 1 2 - | 1 2 ?",
        // a long value that was not sent is not known
        "d | none | 1 2 u | 1 2 ? | 1 2 ?",
        // the key changed: its old values are sent, all others are null
        "d | 0 2 - | 1 2 3 | 1 2 3 | 0 2 ?",
        "d | 0 2 - | 1 2 u | 1 2 ? | 0 2 ?",
        "d | 0 2 - | none | none | 0 2 ?",
        // the whole old row
        "f | 1 2 9 | 1 2 3 | 1 2 3 | 1 2 9",
        "f | 1 2 - | 1 2 3 | 1 2 3 | 1 2 -",
        "f | 1 2 9 | 1 2 u | 1 2 9 | 1 2 9",
        "f | 1 2 - | 1 2 u | 1 2 - | 1 2 -",
        "f | 1 2 9 | none | none | 1 2 9",
        // an index that the stream does not describe: what is not null belongs to it
        "i | - 2 3 | 1 2 4 | 1 2 4 | ? 2 3",
        "i | - - 3 | none | none | ? ? 3",
        "i | none | 1 2 3 | 1 2 3 | ? ? ?",
        "i | - 2 3 | 1 2 u | 1 2 ? | ? 2 3",
        // no identity at all
        "n | none | 1 2 3 | 1 2 3 | ? ? ?"
      })
  void whatIsKnownDependsOnTheIdentity(
      char identity, String old, String image, String newRow, String oldRow) {
    var change = change("a b c", identity, old, image);
    var fresh = image(change);

    assertThat(text(fresh)).as("new").isEqualTo(newRow);
    assertThat(text(Row.old(TABLE, change.relation(), change.old(), fresh)))
        .as("old")
        .isEqualTo(oldRow);
  }

  /// A column list of the publication, or a column that was added after the catalog was read.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a b | 1 2 | 1 2 ?",
        "c b a | 3 2 1 | 1 2 3",
        "a b c d | 1 2 3 4 | 1 2 3",
        "d a | 4 1 | 1 ? ?",
        "x | 9 | ? ? ?"
      })
  void columnsAreFoundByTheirNames(String columns, String image, String row) {
    assertThat(text(image(change(columns, 'd', NONE, image)))).isEqualTo(row);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "absent",
      value = {"1 2 3 | 1,2", "1 - 3 | absent", "1 u 3 | absent", "a b - | a,b"})
  void aKeyIsKnownWholeOrNotAtAll(String image, @Nullable String key) {
    var row = requireNonNull(image(change("a b c", 'd', NONE, image)));

    var known = row.key();
    assertThat(known == null ? null : String.join(",", known)).isEqualTo(key);
  }

  @Test
  void whatIsFoundOutLaterIsKnown() {
    var row = requireNonNull(image(change("a b c", 'd', NONE, "1 2 u")));

    row.set(2, null);
    assertThat(text(row)).isEqualTo("1 2 -");
    row.set(2, "3");
    assertThat(text(row)).isEqualTo("1 2 3");
  }
}
