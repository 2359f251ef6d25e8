package io.stabbur.data.catalog;

import io.stabbur.data.catalog.Relation.Kind;
import io.stabbur.data.catalog.Relationship.Computed;
import io.stabbur.data.catalog.Relationship.Foreign;
import io.stabbur.data.catalog.Relationship.Link;
import io.stabbur.data.catalog.Relationship.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Derives relationships from keys: foreign keys as they stand, the same through views, their
/// inverses, junctions, and the functions that take their place.
final class Relationships {
  private final List<KeyRow> keys;
  private final ViewKeys views;
  private final Map<Name, List<String>> primaryKeys = new HashMap<>();

  Relationships(List<KeyRow> keys, ViewKeys views, Map<Name, Relation> relations) {
    this.keys = keys;
    this.views = views;
    relations.forEach((name, relation) -> primaryKeys.put(name, relation.key()));
  }

  /// All relationships between exposed relations, by origin, in a fixed order.
  Map<Name, List<Relationship>> all(List<Computed> computed, Set<String> exposed) {
    var direct = direct();
    var foreign = new ArrayList<>(direct);
    foreign.addAll(throughJunctions(direct));
    foreign.addAll(inverse(direct));
    var replaced = new HashSet<Route>();
    computed.forEach(c -> replaced.add(new Route(c.from(), c.function())));
    var byOrigin = new HashMap<Name, List<Relationship>>();
    // an origin is known even when all its ways lead through hidden junctions
    foreign.stream()
        .filter(f -> exposed.contains(f.from().schema()) && exposed.contains(f.to().schema()))
        .forEach(f -> byOrigin.putIfAbsent(f.from(), new ArrayList<>()));
    foreign.stream()
        .filter(f -> !replaced.contains(new Route(f.from(), f.to())) && isExposed(f, exposed))
        .forEach(f -> byOrigin.computeIfAbsent(f.from(), _ -> new ArrayList<>()).add(f));
    computed.stream()
        .filter(c -> exposed.contains(c.from().schema()) && exposed.contains(c.to().schema()))
        .forEach(c -> byOrigin.computeIfAbsent(c.from(), _ -> new ArrayList<>()).add(c));
    byOrigin.replaceAll((_, list) -> list.stream().sorted(ORDER).toList());
    return Map.copyOf(byOrigin);
  }

  private record Route(Name from, Name to) {}

  private static boolean isExposed(Foreign foreign, Set<String> exposed) {
    var ends = exposed.contains(foreign.from().schema()) && exposed.contains(foreign.to().schema());
    return ends
        && (!(foreign.link() instanceof Link.ManyToMany through)
            || exposed.contains(through.junction().schema()));
  }

  private List<Foreign> direct() {
    var uniques = keys.stream().filter(k -> k.kind() != KeyRow.Kind.FOREIGN).toList();
    var uniqueByRelation = new HashMap<Long, List<KeyRow>>();
    uniques.forEach(
        k ->
            uniqueByRelation
                .computeIfAbsent(k.columns().relation(), _ -> new ArrayList<>())
                .add(k));
    var found = new ArrayList<Foreign>();
    for (var key : keys) {
      if (key.referenced() != null) {
        var own = uniqueByRelation.getOrDefault(key.columns().relation(), List.of());
        var unique = own.stream().anyMatch(u -> u.columns().sameSet(key.columns()));
        addDirect(found, key, key.referenced(), unique ? Many.NO : Many.YES);
      }
    }
    return found;
  }

  private enum Many {
    YES,
    NO
  }

  private void addDirect(List<Foreign> found, KeyRow key, KeyRow.Referenced referenced, Many many) {
    var here = key.columns().names();
    var there = referenced.columns().names();
    found.add(
        new Foreign(
            key.name(), referenced.name(), link(key, here, there, many), Kind.TABLE, Kind.TABLE));
    var fromViews = views.showing(key.columns());
    var toViews = views.showing(referenced.columns());
    for (var view : fromViews) {
      for (var columns : view.choices()) {
        found.add(
            new Foreign(
                view.view(),
                referenced.name(),
                link(key, columns, there, many),
                Kind.VIEW,
                Kind.TABLE));
      }
    }
    for (var view : toViews) {
      for (var columns : view.choices()) {
        found.add(
            new Foreign(
                key.name(), view.view(), link(key, here, columns, many), Kind.TABLE, Kind.VIEW));
      }
    }
    addBetweenViews(found, key, fromViews, toViews, many);
  }

  private static void addBetweenViews(
      List<Foreign> found,
      KeyRow key,
      List<ViewKeys.Shown> fromViews,
      List<ViewKeys.Shown> toViews,
      Many many) {
    for (var from : fromViews) {
      for (var here : from.choices()) {
        for (var to : toViews) {
          for (var there : to.choices()) {
            var link = link(key, here, there, many);
            found.add(new Foreign(from.view(), to.view(), link, Kind.VIEW, Kind.VIEW));
          }
        }
      }
    }
  }

  private static Link link(KeyRow key, List<String> here, List<String> there, Many many) {
    var columns = ViewKeys.pair(here, there);
    return many == Many.YES
        ? new Link.ManyToOne(key.constraint(), columns)
        : new Link.OneToOne(key.constraint(), columns, Side.HOLDS_THE_KEY);
  }

  private static List<Foreign> inverse(List<Foreign> direct) {
    var found = new ArrayList<Foreign>();
    for (var each : direct) {
      var link =
          switch (each.link()) {
            case Link.ManyToOne(var constraint, var columns) ->
                new Link.OneToMany(constraint, swapped(columns));
            case Link.OneToOne(var constraint, var columns, _) ->
                new Link.OneToOne(constraint, swapped(columns), Side.IS_REFERENCED);
            case Link.OneToMany _, Link.ManyToMany _ -> each.link();
          };
      found.add(new Foreign(each.to(), each.from(), link, each.toKind(), each.fromKind()));
    }
    return found;
  }

  private static List<Relationship.ColumnPair> swapped(List<Relationship.ColumnPair> columns) {
    return columns.stream().map(Relationship.ColumnPair::swapped).toList();
  }

  /// A table is a junction of two others when both foreign keys are inside its primary key.
  private List<Foreign> throughJunctions(List<Foreign> direct) {
    var byOrigin = new HashMap<Name, List<Foreign>>();
    direct.stream()
        .filter(f -> f.link() instanceof Link.ManyToOne)
        .forEach(f -> byOrigin.computeIfAbsent(f.from(), _ -> new ArrayList<>()).add(f));
    var found = new ArrayList<Foreign>();
    byOrigin.forEach(
        (junction, ways) -> {
          for (var near : ways) {
            for (var far : ways) {
              addJunction(found, junction, near, far);
            }
          }
        });
    return found;
  }

  private void addJunction(List<Foreign> found, Name junction, Foreign near, Foreign far) {
    if (!(near.link() instanceof Link.ManyToOne(var nearConstraint, var nearColumns))
        || !(far.link() instanceof Link.ManyToOne(var farConstraint, var farColumns))
        || nearConstraint.equals(farConstraint)) {
      return;
    }
    var used = new HashSet<String>();
    nearColumns.forEach(c -> used.add(c.here()));
    farColumns.forEach(c -> used.add(c.here()));
    if (primaryKeys.getOrDefault(junction, List.of()).containsAll(used)) {
      var link =
          new Link.ManyToMany(
              junction, nearConstraint, farConstraint, swapped(nearColumns), swapped(farColumns));
      found.add(new Foreign(near.to(), far.to(), link, near.toKind(), far.toKind()));
    }
  }

  /// The order in which ambiguous relationships are listed.
  private static final Comparator<Relationship> ORDER =
      Comparator.comparingInt(Relationships::rank)
          .thenComparing(Relationship::to)
          .thenComparingInt(Relationships::linkRank)
          .thenComparing(Relationships::constraint)
          .thenComparing(Object::toString);

  private static int rank(Relationship relationship) {
    return relationship instanceof Foreign ? 0 : 1;
  }

  private static int linkRank(Relationship relationship) {
    return relationship instanceof Foreign foreign
        ? switch (foreign.link()) {
          case Link.OneToMany _ -> 0;
          case Link.ManyToOne _ -> 1;
          case Link.OneToOne _ -> 2;
          case Link.ManyToMany _ -> 3;
        }
        : 4;
  }

  private static String constraint(Relationship relationship) {
    return relationship instanceof Foreign foreign
        ? switch (foreign.link()) {
          case Link.OneToMany(var constraint, _) -> constraint;
          case Link.ManyToOne(var constraint, _) -> constraint;
          case Link.OneToOne(var constraint, _, _) -> constraint;
          case Link.ManyToMany many ->
              many.junction() + many.nearConstraint() + many.farConstraint();
        }
        : "";
  }
}
