package io.stabbur.attack;

import io.stabbur.attack.Catalog.Column;
import io.stabbur.attack.Catalog.Reference;
import io.stabbur.attack.Catalog.Relation;
import io.stabbur.attack.Things.Thing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Values for the columns of rows that are written or looked for: those of existing rows, own or
/// foreign, and new ones.
record RowValues(Scene scene, Caller caller, Dice dice) {
  /// A value that may stand in a column, as text.
  String value(Relation relation, Column column) {
    if (column.name().equals("organization_id")) {
      return scene.organization(caller, dice);
    }
    if (!column.labels().isEmpty()) {
      return dice.one(column.labels());
    }
    if (dice.chance(30)) {
      var existing = scene.thing(relation.name(), caller, dice).value(column.name());
      if (!existing.isEmpty() && !isCanary(existing)) {
        return existing;
      }
    }
    var reference = relation.reference(column.name());
    return reference.map(each -> referred(each, column)).orElseGet(() -> ofType(column.type()));
  }

  /// Canaries are never sent, or an answer that repeats what was asked would look like a leak.
  private boolean isCanary(String value) {
    return value.length() > 200 || value.startsWith("pd1.") || value.contains("kanari");
  }

  private String referred(Reference reference, Column column) {
    var there = reference.targetColumns().get(reference.columns().indexOf(column.name()));
    if (List.of("users", "profiles").contains(reference.target())) {
      return scene.id(Things.USER, caller, dice);
    }
    var value = scene.thing(reference.target(), caller, dice).value(there);
    return value.isEmpty() ? dice.uuid() : value;
  }

  String ofType(String type) {
    return switch (type) {
      case "uuid" -> dice.chance(30) ? dice.uuid() : scene.anyId(caller, dice);
      case "int2", "int4", "int8", "numeric", "float4", "float8" ->
          Integer.toString(dice.below(300));
      case "bool" -> dice.of("true", "false");
      case "date" -> "2026-0" + (1 + dice.below(9)) + "-15";
      case "timestamptz", "timestamp" -> "2026-0" + (1 + dice.below(9)) + "-15T10:00:00Z";
      case "json", "jsonb" -> "{\"" + dice.word() + "\":1}";
      default -> dice.word();
    };
  }

  /// A new row as JSON values, most columns left to the database.
  Map<String, Object> row(Relation relation) {
    var row = new LinkedHashMap<String, Object>();
    for (var column : relation.columns()) {
      boolean named =
          column.presence() == Catalog.Presence.REQUIRED
              || (column.name().equals("organization_id") && dice.chance(60))
              || dice.chance(30);
      if (named) {
        row.put(column.name(), json(column, value(relation, column)));
      }
    }
    return row;
  }

  /// The value in JSON's own kinds where it has some.
  static Object json(Column column, String value) {
    return switch (column.type()) {
      case "jsonb", "json" ->
          value.startsWith("{") ? io.stabbur.platform.json.Json.parse(value) : value;
      case "bool" -> Boolean.valueOf(value);
      default -> value;
    };
  }

  /// A filter that means one existing row by one of its keys, or by what belongs to it.
  String filter(Relation relation, Thing thing) {
    if (relation.keys().isEmpty() || thing.values().isEmpty()) {
      var column = dice.one(relation.columns());
      return column.name() + "=eq." + S3Signer.encode(value(relation, column));
    }
    var text = new StringBuilder();
    for (var column : dice.one(relation.keys())) {
      text.append(text.isEmpty() ? "" : "&").append(column).append("=eq.");
      text.append(S3Signer.encode(thing.value(column)));
    }
    return text.toString();
  }
}
