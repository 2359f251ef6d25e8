package io.stabbur.attack;

import io.stabbur.attack.Catalog.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes of the data API: inserts of several rows, updates and deletes, with the identifiers of
/// other rows and other organisations.
final class RestWrites implements Surface {
  @Override
  public String name() {
    return "rest write";
  }

  @Override
  public int weight() {
    return 11;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    return switch (dice.below(12)) {
      case 0 -> ownContact(scene, dice);
      case 1, 2, 3, 4 -> insert(scene, dice);
      case 5, 6, 7, 8 -> update(scene, dice);
      case 9 -> replace(scene, dice);
      default -> delete(scene, dice);
    };
  }

  private static Relation relation(Scene scene, Dice dice) {
    return dice.one(scene.world().catalog().relations());
  }

  /// A relation whose rows can be named by a key.
  static Relation keyed(Scene scene, Dice dice) {
    return dice.one(
        scene.world().catalog().relations().stream()
            .filter(each -> !each.keys().isEmpty())
            .toList());
  }

  /// Inserts and reads back a row of the caller's own, as an app does.
  private static Attempt ownContact(Scene scene, Dice dice) {
    var caller = scene.member("mentor", dice);
    var body = Map.of("full_name", dice.word(), "phone", "+4790000000");
    var request = Request.of("POST", "/rest/v1/contacts").json(Operator.json(body));
    return Attempt.control(
        "POST own contacts", caller, caller.show(request.with("Prefer", "return=representation")));
  }

  static Attempt sent(String operation, Scene scene, Caller caller, Request request, Dice dice) {
    var preference =
        dice.of(
            "return=representation",
            "return=representation",
            "return=minimal",
            "return=headers-only");
    if (dice.chance(10)) {
      preference +=
          ", "
              + dice.of(
                  "missing=default",
                  "tx=rollback",
                  "handling=strict",
                  "count=exact",
                  "max-affected=1");
    }
    return Attempt.attack(
        operation, caller, scene.sent(caller, request.with("Prefer", preference), dice));
  }

  private static Attempt insert(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var relation = relation(scene, dice);
    var body = rows(new RowValues(scene, caller, dice), relation, dice);
    var request = Request.of("POST", "/rest/v1/" + relation.name() + select(relation, dice));
    return sent("insert " + relation.name(), scene, caller, request.json(body), dice);
  }

  private static String rows(RowValues values, Relation relation, Dice dice) {
    var first = values.row(relation);
    var rows = new ArrayList<Map<String, Object>>();
    rows.add(first);
    for (int left = dice.below(3); left > 0; left--) {
      var row = new LinkedHashMap<>(values.row(relation));
      row.keySet().retainAll(first.keySet());
      first.keySet().forEach(key -> row.putIfAbsent(key, "" + first.get(key)));
      rows.add(row);
    }
    return Operator.json(rows.size() == 1 && dice.chance(70) ? first : rows);
  }

  private static String select(Relation relation, Dice dice) {
    if (dice.chance(10)) {
      return "?columns=" + dice.one(relation.columns()).name() + ",organization_id";
    }
    if (!dice.chance(15)) {
      return "";
    }
    var embed =
        relation.references().isEmpty()
            ? ""
            : ',' + dice.one(relation.references()).target() + "(*)";
    return "?select=*" + S3Signer.encode(embed);
  }

  private static Attempt update(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var relation = relation(scene, dice);
    var values = new RowValues(scene, caller, dice);
    var change = new LinkedHashMap<String, Object>();
    dice.some(relation.columns(), 3)
        .forEach(
            each -> change.put(each.name(), RowValues.json(each, values.value(relation, each))));
    var request =
        Request.of(
                "PATCH",
                "/rest/v1/" + relation.name() + where(scene, caller, relation, values, dice))
            .json(Operator.json(change));
    return sent("update " + relation.name(), scene, caller, request, dice);
  }

  /// Rarely all rows: what is left of one's own organisation is tried again in the same batch.
  private static String where(
      Scene scene, Caller caller, Relation relation, RowValues values, Dice dice) {
    return dice.chance(3)
        ? ""
        : '?' + values.filter(relation, scene.thing(relation.name(), caller, dice));
  }

  private static Attempt replace(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var relation = keyed(scene, dice);
    var values = new RowValues(scene, caller, dice);
    var thing = scene.thing(relation.name(), caller, dice);
    var row = new LinkedHashMap<String, Object>();
    for (var column : relation.columns()) {
      row.put(column.name(), RowValues.json(column, values.value(relation, column)));
    }
    relation.keys().getFirst().forEach(column -> row.put(column, thing.value(column)));
    var filter = new StringBuilder();
    for (var column : relation.keys().getFirst()) {
      filter.append(filter.isEmpty() ? '?' : '&').append(column).append("=eq.");
      filter.append(S3Signer.encode(thing.value(column)));
    }
    var request = Request.of("PUT", "/rest/v1/" + relation.name() + filter);
    return sent(
        "replace " + relation.name(), scene, caller, request.json(Operator.json(row)), dice);
  }

  private static Attempt delete(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var relation = relation(scene, dice);
    var values = new RowValues(scene, caller, dice);
    var target = "/rest/v1/" + relation.name() + where(scene, caller, relation, values, dice);
    return sent("delete " + relation.name(), scene, caller, Request.of("DELETE", target), dice);
  }
}
