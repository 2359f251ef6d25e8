package io.stabbur.realtime.change;

import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.Encoder.Asked;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values of domains that the data API shows through a function, such as encrypted text: each
/// receiver gets what that function gives it, with its role, claims and keys. Where the function
/// fails the stored text stays, which says no more.
final class Representations {
  private final Probes probes;

  Representations(Probes probes) {
    this.probes = probes;
  }

  /// The values that an event has of such columns.
  static Set<Asked> values(Event event) {
    var values = new LinkedHashSet<Asked>();
    var columns = event.target().table().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).shownBy() != null) {
        add(values, columns.get(i), event.image(), i);
        add(values, columns.get(i), event.old(), i);
      }
    }
    return values;
  }

  private static void add(Set<Asked> values, Column column, @Nullable Row row, int place) {
    var text = row == null ? null : row.text(place);
    if (text != null) {
      values.add(new Asked(column.type().oid(), text));
    }
  }

  /// What each receiver may read of the values of all events.
  Map<ClaimsKey, Map<Asked, String>> of(List<Judge.Verdict> verdicts) {
    var questions = new LinkedHashMap<Reader, Shown>();
    for (var verdict : verdicts) {
      var values = values(verdict.event());
      if (!values.isEmpty()) {
        for (var key : receivers(verdict)) {
          ask(questions, verdict.event().target().table(), key, values);
        }
      }
    }
    probes.ask(List.copyOf(questions.values()));
    var shown = new HashMap<ClaimsKey, Map<Asked, String>>();
    questions.forEach(
        (reader, question) ->
            shown.computeIfAbsent(reader.key, _ -> new HashMap<>()).putAll(question.answers));
    return shown;
  }

  /// Those who get columns; the others get the fact that something changed.
  private static Set<ClaimsKey> receivers(Judge.Verdict verdict) {
    var keys = new HashSet<ClaimsKey>();
    verdict
        .receivers()
        .forEach(
            (shape, bounds) -> {
              if (shape instanceof Shape.Columns) {
                bounds.forEach(bound -> keys.add(bound.channel().key()));
              }
            });
    return keys;
  }

  private static void ask(
      Map<Reader, Shown> questions, Table table, ClaimsKey key, Set<Asked> values) {
    for (var column : table.columns()) {
      if (column.shownBy() != null) {
        var ofType = values.stream().filter(value -> value.type() == column.type().oid()).toList();
        if (!ofType.isEmpty()) {
          questions
              .computeIfAbsent(
                  new Reader(key, column.type().oid()), _ -> new Shown(key, table, column))
              .values
              .addAll(ofType);
        }
      }
    }
  }

  private record Reader(ClaimsKey key, long type) {}

  /// The values of one domain, for one receiver.
  private static final class Shown implements Probes.Question {
    private final ClaimsKey key;
    private final Table table;
    private final Column column;
    private final Set<Asked> values = new LinkedHashSet<>();
    private volatile Map<Asked, String> answers = Map.of();

    private Shown(ClaimsKey key, Table table, Column column) {
      this.key = key;
      this.table = table;
      this.column = column;
    }

    @Override
    public ClaimsKey asker() {
      return key;
    }

    @Override
    public Table table() {
      return table;
    }

    // select private.personal_to_json(v.t::public.personal)::text
    // from unnest(?::text[]) with ordinality v (t, n) order by v.n
    @Override
    public Statement statement() {
      return new SqlText()
          .add("select ")
          .printed(Objects.requireNonNull(column.shownBy()))
          .add("(v.t::")
          .printed(column.type().sqlName())
          .add(")::text from unnest(")
          .value(values.stream().map(Asked::text).toArray(String[]::new))
          .add("::text[]) with ordinality v (t, n) order by v.n")
          .statement();
    }

    @Override
    public RowReader<Boolean> reader() {
      var asked = new ArrayList<>(values);
      return result -> {
        var read = new HashMap<Asked, String>();
        for (int i = 0; result.next(); i++) {
          var value = result.getString(1);
          if (value != null) {
            read.put(asked.get(i), value);
          }
        }
        answers = read;
        return true;
      };
    }
  }
}
