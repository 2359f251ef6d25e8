package io.stabbur.realtime.change;

import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.Encoder.Asked;
import io.stabbur.realtime.change.Probes.End;
import io.stabbur.realtime.change.Probes.Question;
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
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Values of types that the data API shows through a function, such as encrypted text: each
/// receiver gets what that function gives it, with its role, claims and keys. Where the function
/// fails or gives nothing the receiver gets null: the stored text may say more than it is to be
/// shown.
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
      if (columns.get(i).isAskedByReader()) {
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

  /// What each receiver may read of values.
  ///
  /// @param missed receivers whose values could not be asked about
  record Answers(Map<ClaimsKey, Map<Asked, String>> shown, Set<ClaimsKey> missed) {
    Map<Asked, String> of(ClaimsKey key) {
      return shown.getOrDefault(key, Map.of());
    }
  }

  /// What each receiver may read of the values of all events.
  Answers of(List<Judge.Verdict> verdicts) {
    var asked = new LinkedHashMap<Reader, Shown>();
    for (var verdict : verdicts) {
      var values = values(verdict.event());
      if (!values.isEmpty()) {
        for (var key : readers(verdict)) {
          ask(asked, verdict.event().target().table(), key, values);
        }
      }
    }
    var questions = List.copyOf(asked.values());
    probes.ask(questions);
    // one value that the function refuses keeps nothing from the others
    var apart = questions.stream().flatMap(question -> question.apart().stream()).toList();
    probes.ask(apart);
    var answers = new Answers(new HashMap<>(), new HashSet<>());
    Stream.concat(questions.stream(), apart.stream())
        .forEach(
            question -> {
              answers
                  .shown
                  .computeIfAbsent(question.asker(), _ -> new HashMap<>())
                  .putAll(question.answers);
              if (question.end() == End.MISSED) {
                answers.missed.add(question.asker());
              }
            });
    return answers;
  }

  /// Those who get columns; the others get the fact that something changed.
  private static Set<ClaimsKey> readers(Judge.Verdict verdict) {
    var keys = new HashSet<ClaimsKey>();
    verdict
        .receivers()
        .forEach(
            (shape, receivers) -> {
              if (shape instanceof Shape.Columns) {
                receivers.forEach(receiver -> keys.add(receiver.key()));
              }
            });
    return keys;
  }

  private static void ask(
      Map<Reader, Shown> questions, Table table, ClaimsKey key, Set<Asked> values) {
    for (var column : table.columns()) {
      if (column.isAskedByReader()) {
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

  /// The values of one type, for one receiver.
  private static final class Shown extends Question {
    private final Column column;
    private final Set<Asked> values = new LinkedHashSet<>();
    private volatile Map<Asked, String> answers = Map.of();

    private Shown(ClaimsKey key, Table table, Column column) {
      super(key, table);
      this.column = column;
    }

    /// The same of each value alone, after a question that was refused.
    private List<Shown> apart() {
      if (end() != End.REFUSED || values.size() == 1) {
        return List.of();
      }
      var each = new ArrayList<Shown>();
      for (var value : values) {
        var alone = new Shown(asker(), table(), column);
        alone.values.add(value);
        each.add(alone);
      }
      return each;
    }

    // select private.personal_to_json(v.t::public.personal)::text
    // from unnest(?::text[]) with ordinality v (t, n) order by v.n
    @Override
    Statement statement() {
      var function = column.shownBy();
      return new SqlText()
          .add("select ")
          .printed(function == null ? "pg_catalog.to_jsonb" : function)
          .add("(v.t::")
          .printed(column.type().sqlName())
          .add(")::text from unnest(")
          .value(values.stream().map(Asked::text).toArray(String[]::new))
          .add("::text[]) with ordinality v (t, n) order by v.n")
          .statement();
    }

    @Override
    RowReader<Boolean> reader() {
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
