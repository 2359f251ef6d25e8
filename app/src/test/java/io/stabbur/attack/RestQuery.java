package io.stabbur.attack;

import io.stabbur.attack.Catalog.Column;
import io.stabbur.attack.Catalog.Reference;
import io.stabbur.attack.Catalog.Relation;
import java.util.ArrayList;
import java.util.List;

/// The query string of a read: columns, embeds within embeds, filters, trees, order and page.
record RestQuery(Catalog catalog, RowValues values, Dice dice) {
  private static final int DEEPEST = 3;

  String text(Relation relation) {
    var parts = new ArrayList<String>();
    if (dice.chance(75)) {
      parts.add("select=" + S3Signer.encode(select(relation, 0)));
    }
    for (int left = dice.below(3); left > 0; left--) {
      parts.add(filter(relation));
    }
    if (dice.chance(20)) {
      parts.add(
          dice.of("or", "and", "not.or", "not.and") + '=' + S3Signer.encode(tree(relation, 2)));
    }
    if (dice.chance(20)) {
      parts.add(
          "order=" + dice.one(relation.columns()).name() + dice.of("", ".desc", ".asc.nullsfirst"));
    }
    if (dice.chance(20)) {
      parts.add(dice.of("limit=1", "limit=5", "offset=1", "limit=0", "limit=1000000"));
    }
    return parts.isEmpty() ? "" : '?' + String.join("&", parts);
  }

  private String select(Relation relation, int depth) {
    var parts = new ArrayList<String>();
    parts.add(dice.chance(50) ? "*" : column(relation));
    for (int left = dice.below(3); left > 0; left--) {
      parts.add(column(relation));
    }
    if (depth < DEEPEST && dice.chance(55)) {
      var embeds = embeds(relation);
      for (var embed : embeds.isEmpty() ? embeds : dice.some(embeds, 2)) {
        parts.add(embed.text(dice) + '(' + select(embed.relation(), depth + 1) + ')');
      }
    }
    return String.join(",", parts);
  }

  private String column(Relation relation) {
    var column = dice.one(relation.columns());
    return switch (dice.below(9)) {
      case 0 -> column.name() + "::text";
      case 1 -> "renamed:" + column.name();
      case 2 -> column.name() + dice.of("->>word", "->0", "->a->>b");
      case 3 -> column.name() + dice.of(".count()", ".max()", ".sum()");
      case 4 -> dice.of("count", "count()", "name", "email", "ctid", "xmin", "tableoid");
      default -> column.name();
    };
  }

  /// A relation that can be embedded, and by which key.
  private record Embed(Relation relation, String key) {
    String text(Dice dice) {
      var hint = dice.chance(70) ? '!' + key : "";
      return dice.of("", "", "", "...", "other:")
          + relation.name()
          + hint
          + dice.of("", "", "!inner", "!left");
    }
  }

  private List<Embed> embeds(Relation relation) {
    var found = new ArrayList<Embed>();
    relation.references().forEach(each -> add(found, each.target(), each));
    catalog
        .relations()
        .forEach(
            other ->
                other.references().stream()
                    .filter(each -> each.target().equals(relation.name()))
                    .forEach(each -> add(found, other.name(), each)));
    return found;
  }

  private void add(List<Embed> found, String name, Reference reference) {
    catalog.relations().stream()
        .filter(each -> each.name().equals(name))
        .forEach(each -> found.add(new Embed(each, reference.name())));
  }

  private String filter(Relation relation) {
    if (dice.chance(45)) {
      var thing = values.scene().thing(relation.name(), values.caller(), dice);
      return values.filter(relation, thing);
    }
    var column = dice.one(relation.columns());
    return column.name()
        + dice.of("", "->>word")
        + '='
        + S3Signer.encode(condition(relation, column));
  }

  private String condition(Relation relation, Column column) {
    var value = values.value(relation, column);
    return dice.of("", "", "not.")
        + switch (dice.below(8)) {
          case 0 -> "is." + dice.of("null", "not_null", "true", "unknown");
          case 1 -> "in.(" + value + ',' + values.value(relation, column) + ')';
          case 2 -> dice.of("like", "ilike") + ".*" + dice.of("a", "k", "") + '*';
          case 3 -> dice.of("gt", "gte", "lt", "lte", "neq", "isdistinct") + '.' + value;
          case 4 -> dice.of("match", "imatch") + ".^[a-z]";
          case 5 -> dice.of("cs", "cd", "ov") + ".{" + value + '}';
          case 6 -> dice.of("fts", "plfts", "wfts(simple)") + '.' + dice.word();
          default -> "eq." + value;
        };
  }

  private String tree(Relation relation, int depth) {
    var parts = new ArrayList<String>();
    for (int left = 1 + dice.below(3); left > 0; left--) {
      var column = dice.one(relation.columns());
      parts.add(
          depth > 0 && dice.chance(25)
              ? dice.of("and", "or", "not.and") + tree(relation, depth - 1)
              : column.name() + '.' + condition(relation, column));
    }
    return '(' + String.join(",", parts) + ')';
  }
}
