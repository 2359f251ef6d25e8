package io.stabbur.attack;

import io.stabbur.attack.Catalog.Relation;
import io.stabbur.attack.Things.Thing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Upserts of the data API: several rows in one statement, by every key, among them rows that take
/// over each other's keys.
final class Upserts implements Surface {
  @Override
  public String name() {
    return "rest upsert";
  }

  @Override
  public int weight() {
    return 8;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    return dice.chance(45) ? upsert(scene, dice) : swap(scene, dice);
  }

  /// Rows that name a key that exists, merged or left.
  private static Attempt upsert(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var relation = RestWrites.keyed(scene, dice);
    var values = new RowValues(scene, caller, dice);
    var key = dice.one(relation.keys());
    var rows = new ArrayList<Map<String, Object>>();
    for (int left = 1 + dice.below(3); left > 0; left--) {
      var row = new LinkedHashMap<>(values.row(relation));
      var thing = scene.thing(relation.name(), caller, dice);
      key.forEach(column -> row.put(column, thing.value(column)));
      rows.add(row);
    }
    return merged(scene, caller, relation, key, rows, dice);
  }

  /// Two keys of a relation that have no column in common.
  private record Keys(Relation relation, List<String> by, List<String> taken) {
    static List<Keys> of(Relation relation) {
      var found = new ArrayList<Keys>();
      for (var by : relation.keys()) {
        relation.keys().stream()
            .filter(taken -> java.util.Collections.disjoint(by, taken))
            .forEach(taken -> found.add(new Keys(relation, by, taken)));
      }
      return found;
    }
  }

  /// Rows whose keys belong to different existing rows: each is found by one key and takes over
  /// another one's, or a new one.
  private static Attempt swap(Scene scene, Dice dice) {
    var keys =
        dice.one(
            scene.world().catalog().relations().stream()
                .flatMap(each -> Keys.of(each).stream())
                .toList());
    var relation = keys.relation();
    var caller = dice.chance(60) ? scene.member("admin", dice) : scene.member(dice);
    var things = new ArrayList<Thing>();
    for (int left = 2 + dice.below(2); left > 0; left--) {
      things.add(
          dice.chance(90)
              ? scene.ownThing(relation.name(), caller, dice)
              : scene.thing(relation.name(), caller, dice));
    }
    boolean fresh = dice.chance(60);
    var rows = new ArrayList<Map<String, Object>>();
    for (int at = 0; at < things.size(); at++) {
      var before = things.get((at + things.size() - 1) % things.size());
      var takenFrom = at == 0 && fresh ? new Thing("", Map.of()) : before;
      rows.add(swapped(keys, things.get(at), takenFrom, new RowValues(scene, caller, dice)));
    }
    return merged(scene, caller, relation, keys.by(), rows, dice);
  }

  private static Map<String, Object> swapped(
      Keys keys, Thing found, Thing taken, RowValues values) {
    var row = new LinkedHashMap<String, Object>();
    for (var column : keys.taken()) {
      row.put(column, taken.values().isEmpty() ? values.dice().uuid() : taken.value(column));
    }
    keys.by().forEach(column -> row.put(column, found.value(column)));
    for (var column : keys.relation().columns()) {
      if (!column.labels().isEmpty()) {
        row.put(column.name(), values.dice().one(column.labels()));
      } else if (column.presence() == Catalog.Presence.REQUIRED) {
        row.putIfAbsent(
            column.name(), RowValues.json(column, values.value(keys.relation(), column)));
      }
    }
    return row;
  }

  private static Attempt merged(
      Scene scene,
      Caller caller,
      Relation relation,
      List<String> key,
      List<Map<String, Object>> rows,
      Dice dice) {
    var same = new LinkedHashSet<String>();
    rows.forEach(row -> same.addAll(row.keySet()));
    for (var row : rows) {
      same.forEach(column -> row.putIfAbsent(column, rows.getFirst().getOrDefault(column, "")));
    }
    var target = "/rest/v1/" + relation.name() + "?on_conflict=" + String.join(",", key);
    var request =
        Request.of("POST", target)
            .json(Operator.json(rows))
            .with(
                "Prefer",
                "resolution="
                    + dice.of(
                        "merge-duplicates",
                        "merge-duplicates",
                        "merge-duplicates",
                        "ignore-duplicates"));
    return RestWrites.sent("upsert " + relation.name(), scene, caller, request, dice);
  }
}
