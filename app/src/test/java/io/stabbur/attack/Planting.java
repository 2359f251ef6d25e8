package io.stabbur.attack;

import io.stabbur.attack.Canaries.Owner;
import io.stabbur.attack.Catalog.Column;
import io.stabbur.attack.Catalog.Presence;
import io.stabbur.attack.Catalog.Relation;
import io.stabbur.attack.Catalog.Writing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives each organisation rows in every table that has an `organization_id`, with a canary in
/// every text. Tables are found in the catalog; one whose rules the values here do not meet stops
/// the run.
final class Planting {
  private static final int ROWS = 4;

  /// Made with the people.
  private static final Set<String> ALREADY_THERE = Set.of("memberships");

  /// Texts that have a form of their own.
  private static final Map<String, String> FORMS = Map.of("currency", "NOK", "locale", "nb");

  private final Catalog catalog;
  private final Superuser database;
  private final Operator operator;
  private final Canaries canaries;
  private final Population population;

  Planting(
      Catalog catalog,
      Superuser database,
      Operator operator,
      Canaries canaries,
      Population population) {
    this.catalog = catalog;
    this.database = database;
    this.operator = operator;
    this.canaries = canaries;
    this.population = population;
  }

  void plant() {
    var left =
        new ArrayList<>(
            catalog.relations().stream()
                .filter(each -> each.hasOrganization() && each.writing() == Writing.TABLE)
                .filter(each -> !ALREADY_THERE.contains(each.name()))
                .toList());
    while (!left.isEmpty()) {
      var ready = left.stream().filter(each -> !waits(each, left)).findFirst();
      var relation = ready.orElseThrow(() -> new IllegalStateException("a cycle in " + left));
      population.organizations.keySet().forEach(slug -> plant(relation, slug));
      left.remove(relation);
    }
  }

  /// Whether a table that it refers to has no rows yet.
  private static boolean waits(Relation relation, List<Relation> left) {
    return relation.references().stream()
        .anyMatch(
            reference ->
                !reference.target().equals(relation.name())
                    && left.stream().anyMatch(each -> each.name().equals(reference.target())));
  }

  private void plant(Relation relation, String slug) {
    for (int at = 0; at < ROWS; at++) {
      var row = new LinkedHashMap<String, Object>();
      for (var column : relation.columns()) {
        var value = value(relation, column, slug, at);
        if (value != null) {
          row.put(column.name(), value);
        }
      }
      var request = Request.of("POST", "/rest/v1/" + relation.name()).json(Operator.json(row));
      var answer = operator.attempt(request);
      // a key of a person and an organisation has been used up
      if (!answer.succeeded() && answer.status() != 409) {
        throw new IllegalStateException(
            "The attack suite needs rows in %s; teach Planting how they look: %s"
                .formatted(relation.name(), answer));
      }
    }
  }

  private @Nullable Object value(Relation relation, Column column, String slug, int at) {
    if (column.name().equals("organization_id")) {
      return population.organization(slug);
    }
    var reference = relation.reference(column.name());
    if (reference.isPresent()) {
      return referred(reference.get(), column.name(), slug, at);
    }
    if (!column.labels().isEmpty()) {
      return column.labels().get(at % column.labels().size());
    }
    if (column.isText()) {
      var form = FORMS.get(column.name());
      if (form != null) {
        return form;
      }
      // what names a row is sent by attackers too, so it cannot be a canary
      boolean named = relation.keys().stream().anyMatch(each -> each.contains(column.name()));
      return named ? "name-" + slug + '-' + at : canaries.text(Owner.of(slug));
    }
    return column.presence() == Presence.REQUIRED ? required(column.type()) : null;
  }

  private @Nullable String referred(
      Catalog.Reference reference, String column, String slug, int at) {
    if (List.of("profiles", "users").contains(reference.target())) {
      var mentors = population.members(slug, "peer_mentor");
      return mentors.get(at % mentors.size()).id();
    }
    var there = reference.targetColumns().get(reference.columns().indexOf(column));
    var found =
        database.column(
            "select %s from public.%s where organization_id = ?::uuid order by ctid"
                .formatted(there, reference.target()),
            population.organization(slug));
    return found.isEmpty() ? null : found.get(at % found.size());
  }

  private static Object required(String type) {
    return switch (type) {
      case "int2", "int4", "int8", "float4", "float8", "numeric" -> 1;
      case "bool" -> true;
      case "date" -> "2026-01-01";
      case "timestamptz", "timestamp" -> "2026-01-01T00:00:00Z";
      case "jsonb", "json" -> Map.of();
      case "uuid" -> new java.util.UUID(0, 1).toString();
      default -> throw new IllegalStateException("Planting knows no value of type " + type);
    };
  }
}
