package io.stabbur.data;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.catalog.Routine;
import io.stabbur.platform.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A catalog as JSON, for operators who want to see what the API knows of a database.
final class CatalogJson {
  private CatalogJson() {}

  static String of(Catalog catalog) {
    return Json.write(
        object(
            Map.of(
                "relations",
                list(
                    catalog.relations().values().stream()
                        .sorted(Comparator.comparing(Relation::name))
                        .map(CatalogJson::relation)),
                "relationships",
                list(
                    catalog.relationships().values().stream()
                        .flatMap(List::stream)
                        .sorted(
                            Comparator.comparing(Relationship::from)
                                .thenComparing(Relationship::to))
                        .map(CatalogJson::relationship)),
                "functions",
                list(
                    catalog.routines().values().stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparing(Routine::name))
                        .map(CatalogJson::routine)))));
  }

  private static JsonNode relation(Relation relation) {
    var columns = new TreeMap<String, JsonNode>();
    relation.columns().values().forEach(c -> columns.put(c.name(), text(c.declared())));
    return object(
        Map.of(
            "schema", text(relation.name().schema()),
            "name", text(relation.name().name()),
            "kind", text(word(relation.kind())),
            "key", list(relation.key().stream().map(CatalogJson::text)),
            "changes", list(relation.changes().stream().map(c -> text(word(c))).sorted(BY_TEXT)),
            "columns", object(columns)));
  }

  private static JsonNode relationship(Relationship relationship) {
    var by =
        switch (relationship) {
          case Relationship.Computed computed -> full(computed.function());
          case Relationship.Foreign foreign -> by(foreign.link());
        };
    return object(
        Map.of(
            "from", text(full(relationship.from())),
            "to", text(full(relationship.to())),
            "by", text(by),
            "rows", text(relationship.isToOne() ? "one" : "many")));
  }

  private static String by(Relationship.Link link) {
    return switch (link) {
      case Relationship.Link.OneToMany(var constraint, _) -> constraint;
      case Relationship.Link.ManyToOne(var constraint, _) -> constraint;
      case Relationship.Link.OneToOne(var constraint, _, _) -> constraint;
      case Relationship.Link.ManyToMany many -> full(many.junction());
    };
  }

  private static JsonNode routine(Routine routine) {
    return object(
        Map.of(
            "signature", text(routine.signature()),
            "volatility", text(word(routine.volatility())),
            "returns", text(full(routine.returns().type())),
            "set", JsonNode.createBooleanNode(routine.returns().rows() == Routine.Rows.SET)));
  }

  private static final Comparator<JsonNode> BY_TEXT =
      Comparator.comparing(JsonNode::getStringValue);

  private static String full(Name name) {
    return name.schema() + "." + name.name();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static JsonNode text(String text) {
    return JsonNode.createStringNode(text);
  }

  private static JsonNode list(Stream<JsonNode> items) {
    return JsonNode.createArrayNode(items.toList());
  }

  private static JsonNode object(Map<String, JsonNode> members) {
    return JsonNode.createObjectNode(new TreeMap<>(members));
  }
}
