package io.stabbur.realtime.change;

import io.stabbur.realtime.change.AlikeRows.StandIns;
import io.stabbur.realtime.change.Probes.End;
import io.stabbur.realtime.change.Probes.RowKey;
import io.stabbur.realtime.change.Probes.Visible;
import io.stabbur.realtime.change.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of one table that a batch of changes asks policies about, and who asks about which.
/// Rows have places here, so that what belongs to each pair of a row and an asker is a bit.
final class AskedRows {
  private final Table table;
  private final List<RowKey> rows = new ArrayList<>();
  private final Map<RowKey, Integer> places = new HashMap<>();
  private final Map<ClaimsKey, Asker> askers = new LinkedHashMap<>();

  /// Of each row the place of the one that is asked about instead, perhaps its own.
  private int[] standIns = {};

  /// Rows for which nothing stands in.
  private final BitSet alone = new BitSet();

  /// Somebody who asks about rows.
  static final class Asker {
    private final ClaimsKey key;
    private final BitSet rows = new BitSet();
    private @Nullable Asked together;
    private @Nullable Asked alone;

    private Asker(ClaimsKey key) {
      this.key = key;
    }

    /// Asks about the row of this place, too.
    void ask(int place) {
      rows.set(place);
    }
  }

  /// A question, and which place of the rows is which of its own.
  private record Asked(Visible question, Portion portion) {}

  /// Rows that several ask about.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Portion(List<RowKey> rows, int[] positions) {}

  AskedRows(Table table) {
    this.table = table;
  }

  Table table() {
    return table;
  }

  int place(RowKey row) {
    var known = places.putIfAbsent(row, rows.size());
    if (known != null) {
      return known;
    }
    rows.add(row);
    return rows.size() - 1;
  }

  Asker asker(ClaimsKey key) {
    return askers.computeIfAbsent(key, Asker::new);
  }

  /// How many ask.
  int askers() {
    return askers.size();
  }

  /// The question of each asker, about rows that stand in for others.
  List<Visible> together(StandIns alike) {
    int count = rows.size();
    var instead = new int[count];
    for (int i = 0; i < count; i++) {
      instead[i] = place(alike.of(rows.get(i)));
    }
    standIns = instead;
    var portions = new HashMap<BitSet, Portion>();
    var questions = new ArrayList<Visible>(askers.size());
    for (var asker : askers.values()) {
      var asked = new BitSet();
      asker.rows.stream().forEach(place -> asked.set(instead[place]));
      var question = question(asker, asked, portions);
      asker.together = question;
      questions.add(question.question);
    }
    return questions;
  }

  /// The questions about rows for which nothing could stand in after all.
  List<Visible> alone(StandIns alike) {
    for (int i = 0; i < standIns.length; i++) {
      alone.set(i, !alike.isProven(rows.get(i)));
    }
    var portions = new HashMap<BitSet, Portion>();
    var questions = new ArrayList<Visible>();
    for (var asker : askers.values()) {
      if (asker.rows.intersects(alone)) {
        var left = (BitSet) asker.rows.clone();
        left.and(alone);
        var question = question(asker, left, portions);
        asker.alone = question;
        questions.add(question.question);
      }
    }
    return questions;
  }

  private Asked question(Asker asker, BitSet asked, Map<BitSet, Portion> portions) {
    var portion = portions.computeIfAbsent(asked, this::portion);
    return new Asked(new Visible(asker.key, table, portion.rows), portion);
  }

  private Portion portion(BitSet asked) {
    var chosen = new ArrayList<RowKey>(asked.cardinality());
    var positions = new int[rows.size()];
    Arrays.fill(positions, -1);
    for (int place = asked.nextSetBit(0); place >= 0; place = asked.nextSetBit(place + 1)) {
      positions[place] = chosen.size();
      chosen.add(rows.get(place));
    }
    return new Portion(chosen, positions);
  }

  /// Whether the asker sees the row of a place.
  boolean shows(Asker asker, int place) {
    var asked = asked(asker, place);
    return asked != null
        && asked.question.shows(
            asked.portion.positions[alone.get(place) ? place : standIns[place]]);
  }

  /// Whether the database could not be asked about it.
  boolean isMissed(Asker asker, int place) {
    var asked = asked(asker, place);
    return asked != null && asked.question.end() == End.MISSED;
  }

  private @Nullable Asked asked(Asker asker, int place) {
    return alone.get(place) ? asker.alone : asker.together;
  }
}
