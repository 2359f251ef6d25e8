package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.NearNames;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import io.stabbur.data.catalog.Relationship.Foreign;
import io.stabbur.data.catalog.Relationship.Link;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Candidate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the relationship a client means by a target and perhaps a hint.
final class RelationshipFinder {
  private static final double LEAST_LIKENESS = 0.33;

  private final Catalog catalog;
  private final String schema;

  RelationshipFinder(Catalog catalog, String schema) {
    this.catalog = catalog;
    this.schema = schema;
  }

  Relationship find(String origin, String target, @Nullable String hint) {
    var found =
        catalog.relationships(new Name(schema, origin), schema).stream()
            .filter(r -> fits(r, target, hint))
            .toList();
    return switch (found.size()) {
      case 1 -> found.getFirst();
      case 0 ->
          throw new DataError.NoRelationship(
                  origin, target, hint, schema, suggestion(origin, target))
              .exception();
      default ->
          throw new DataError.AmbiguousRelationship(
                  origin, target, found.stream().map(RelationshipFinder::candidate).toList())
              .exception();
    };
  }

  private static boolean fits(Relationship relationship, String target, @Nullable String hint) {
    return switch (relationship) {
      case Relationship.Computed computed -> target.equals(computed.function().name());
      case Foreign foreign ->
          foreign.isSelf() ? fitsSelf(foreign, target, hint) : fitsOther(foreign, target, hint);
    };
  }

  /// To itself a relation is to-many by its own name and to-one by the name of the key's column.
  private static boolean fitsSelf(Foreign foreign, String target, @Nullable String hint) {
    var byName = target.equals(foreign.to().name()) && foreign.link() instanceof Link.OneToMany;
    if (hint != null) {
      return byName && isThere(foreign.link(), hint);
    }
    return byName || (foreign.link() instanceof Link.ManyToOne && isHere(foreign.link(), target));
  }

  private static boolean fitsOther(Foreign foreign, String target, @Nullable String hint) {
    var link = foreign.link();
    var byName = target.equals(foreign.to().name());
    if (hint != null) {
      return byName
          && (isConstraint(link, hint)
              || isHere(link, hint)
              || isThere(link, hint)
              || (link instanceof Link.ManyToMany many && many.junction().name().equals(hint)));
    }
    return byName
        || (foreign.toKind() == Relation.Kind.TABLE
            && (isConstraint(link, target) || isHere(link, target)));
  }

  private static List<ColumnPair> columns(Link link) {
    return switch (link) {
      case Link.OneToMany(_, var columns) -> columns;
      case Link.ManyToOne(_, var columns) -> columns;
      case Link.OneToOne(_, var columns, _) -> columns;
      case Link.ManyToMany _ -> List.of();
    };
  }

  private static boolean isHere(Link link, String column) {
    var columns = columns(link);
    return columns.size() == 1 && columns.getFirst().here().equals(column);
  }

  private static boolean isThere(Link link, String column) {
    var columns = columns(link);
    return columns.size() == 1 && columns.getFirst().there().equals(column);
  }

  private static boolean isConstraint(Link link, String name) {
    return switch (link) {
      case Link.OneToMany(var constraint, _) -> constraint.equals(name);
      case Link.ManyToOne(var constraint, _) -> constraint.equals(name);
      case Link.OneToOne(var constraint, _, _) -> constraint.equals(name);
      case Link.ManyToMany _ -> false;
    };
  }

  private @Nullable String suggestion(String origin, String target) {
    var ways = catalog.relationships(new Name(schema, origin), schema);
    if (!catalog.relationships().containsKey(new Name(schema, origin))) {
      var parents =
          catalog.relationships().keySet().stream()
              .filter(n -> n.schema().equals(schema))
              .map(Name::name)
              .toList();
      return new NearNames(parents)
          .nearest(origin, LEAST_LIKENESS)
          .map(near -> "Perhaps you meant '" + near.name() + "' instead of '" + origin + "'.")
          .orElse(null);
    }
    return new NearNames(ways.stream().map(r -> r.to().name()).distinct().toList())
        .nearest(target, LEAST_LIKENESS)
        .filter(near -> near.score() < 1)
        .map(near -> "Perhaps you meant '" + near.name() + "' instead of '" + target + "'.")
        .orElse(null);
  }

  private static Candidate candidate(Relationship relationship) {
    return switch (relationship) {
      case Relationship.Computed computed -> new Candidate("", "", "", computed.function().name());
      case Foreign foreign -> candidate(foreign);
    };
  }

  private static Candidate candidate(Foreign foreign) {
    var embedding = foreign.from().name() + " with " + foreign.to().name();
    return switch (foreign.link()) {
      case Link.ManyToMany many ->
          new Candidate(
              "many-to-many",
              embedding,
              many.junction().name()
                  + " using "
                  + many.nearConstraint()
                  + listed(many.near().stream().map(ColumnPair::there).toList())
                  + " and "
                  + many.farConstraint()
                  + listed(many.far().stream().map(ColumnPair::there).toList()),
              many.junction().name());
      case Link.ManyToOne(var constraint, var columns) ->
          keyed("many-to-one", embedding, foreign, constraint, columns);
      case Link.OneToOne(var constraint, var columns, _) ->
          keyed("one-to-one", embedding, foreign, constraint, columns);
      case Link.OneToMany(var constraint, var columns) ->
          keyed("one-to-many", embedding, foreign, constraint, columns);
    };
  }

  private static Candidate keyed(
      String cardinality,
      String embedding,
      Foreign foreign,
      String constraint,
      List<ColumnPair> columns) {
    var relationship =
        constraint
            + " using "
            + foreign.from().name()
            + listed(columns.stream().map(ColumnPair::here).toList())
            + " and "
            + foreign.to().name()
            + listed(columns.stream().map(ColumnPair::there).toList());
    return new Candidate(cardinality, embedding, relationship, constraint);
  }

  private static String listed(List<String> names) {
    return "(" + String.join(", ", names) + ")";
  }
}
