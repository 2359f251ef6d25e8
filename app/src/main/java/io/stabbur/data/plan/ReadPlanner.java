package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.DataPlan.LegacyName;
import io.stabbur.data.plan.Draft.Placing;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.plan.PlanRules.TargetNames;
import io.stabbur.data.plan.ReadPlan.Embed;
import io.stabbur.data.plan.ReadPlan.Link;
import io.stabbur.data.plan.ReadPlan.OrderKey;
import io.stabbur.data.plan.ReadPlan.Reach;
import io.stabbur.data.plan.ReadPlan.Shape;
import io.stabbur.data.plan.ReadPlan.Show;
import io.stabbur.data.plan.ReadPlan.SpreadColumn;
import io.stabbur.data.request.Condition;
import io.stabbur.data.request.Condition.Negation;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Operation;
import io.stabbur.data.request.OrderTerm;
import io.stabbur.data.request.SelectItem;
import io.stabbur.data.request.SelectItem.Aggregate;
import io.stabbur.data.request.SelectItem.Join;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Plans the tree of levels a request reads: first the tree as written, then what is said about
/// each level, then the relationships between them, then their columns.
final class ReadPlanner {
  private static final int LONGEST_ALIASED = 50;

  private final DataRequest request;
  private final Catalog catalog;
  private final PlanRules rules;
  private final Columns columns;
  private final List<LegacyName> legacyNames = new ArrayList<>();
  private int slots;

  ReadPlanner(DataRequest request, Catalog catalog, PlanRules rules, Columns columns) {
    this.request = request;
    this.catalog = catalog;
    this.rules = rules;
    this.columns = columns;
  }

  /// What a root's rows come from.
  enum Root {
    RELATION,
    RESULT
  }

  ReadPlan plan(Name relation, Root root) {
    var draft = new Draft(relation, null, null, Join.UNSPECIFIED, Placing.ROOT, 0);
    add(draft, request.query().select());
    placeAll(draft);
    if (root == Root.RESULT) {
      draft.source = new Source.Result(relation.name());
    }
    link(draft);
    resolve(draft, Inherited.NOTHING);
    finish(draft);
    hoist(draft);
    return freeze(draft);
  }

  List<LegacyName> legacyNames() {
    return legacyNames;
  }

  // the tree as written

  private void add(Draft parent, List<SelectItem> items) {
    for (var item : items) {
      switch (item) {
        case SelectItem.Column column -> parent.columns.add(column);
        case SelectItem.Embed(var name, var alias, var hint, var join, var nested) ->
            addChild(parent, new Child(name, alias, hint, join, Placing.NESTED), nested);
        case SelectItem.Spread(var name, var hint, var join, var nested) ->
            addChild(parent, new Child(name, null, hint, join, Placing.SPREAD), nested);
      }
    }
  }

  private record Child(
      String name, @Nullable String alias, @Nullable String hint, Join join, Placing placing) {}

  private void addChild(Draft parent, Child child, List<SelectItem> nested) {
    var relation = new Name(request.schema(), child.name);
    var draft =
        new Draft(relation, child.alias, child.hint, child.join, child.placing, parent.depth + 1);
    draft.slot = "e" + ++slots;
    rules.embeds().require(slots, draft.depth);
    if (parent.children.stream().anyMatch(other -> other.label().equals(draft.label()))) {
      throw new DataError.DuplicateEmbed(parent.target + "_" + draft.label() + "_" + draft.depth)
          .exception();
    }
    parent.children.add(draft);
    add(draft, nested);
  }

  // what is said about each level

  private void placeAll(Draft root) {
    var query = request.query();
    var write = request.intent() instanceof Intent.Write;
    for (var filter : query.filters()) {
      if (!write || !filter.atRoot()) {
        place(root, filter.path(), filter.what(), (draft, one) -> draft.conditions.add(one));
      }
    }
    for (var order : query.order()) {
      place(root, order.path(), order.what(), Draft::orderFirstBy);
    }
    if (!write) {
      for (var path : query.ranges().keySet()) {
        place(
            root,
            path,
            request.rangeAt(path),
            (draft, range) -> draft.range = range.cappedAt(rules.maxRows()));
      }
      root.range = request.range();
      cap(root);
    }
    for (var tree : query.logic()) {
      if (!write || !tree.atRoot()) {
        place(root, tree.path(), tree.what(), (draft, one) -> draft.conditions.add(one));
      }
    }
  }

  private void cap(Draft draft) {
    draft.range = draft.range.cappedAt(rules.maxRows());
    draft.children.forEach(this::cap);
  }

  private <T> void place(Draft root, List<String> path, T what, BiConsumer<Draft, T> put) {
    var at = root;
    for (var name : path) {
      at = child(at, name);
    }
    put.accept(at, what);
  }

  private Draft child(Draft parent, String name) {
    var either = find(parent, d -> d.target.equals(name) || name.equals(d.alias));
    if (rules.targetNames() == TargetNames.ALIAS_OR_RELATION) {
      if (either == null) {
        throw new DataError.NotEmbedded(name, null).exception();
      }
      if (either.alias != null && !either.alias.equals(name) && !either.namedByRelation) {
        either.namedByRelation = true;
        legacyNames.add(new LegacyName(either.target, either.alias));
      }
      return either;
    }
    var exact = find(parent, d -> d.label().equals(name));
    if (exact == null) {
      throw new DataError.NotEmbedded(name, either == null ? null : either.alias).exception();
    }
    return exact;
  }

  private static @Nullable Draft find(Draft parent, Predicate<Draft> fits) {
    return parent.children.stream().filter(fits).findFirst().orElse(null);
  }

  // relationships

  private void link(Draft parent) {
    var finder = new RelationshipFinder(catalog, request.schema());
    for (var child : parent.children) {
      var relationship = finder.find(parent.relation.name(), child.target, child.hint);
      child.relationship = relationship;
      child.relation = relationship.to();
      connect(parent.source.qualifier(), child, relationship);
      link(child);
    }
  }

  private static void connect(Name parent, Draft child, Relationship relationship) {
    var alias = aliasOf(relationship.to().name(), child.depth);
    switch (relationship) {
      case Relationship.Computed computed ->
          child.source = new Source.Computed(computed.function(), parent, computed.from(), alias);
      case Relationship.Foreign foreign -> connect(parent, child, foreign, alias);
    }
  }

  private static void connect(
      Name parent, Draft child, Relationship.Foreign foreign, String alias) {
    switch (foreign.link()) {
      case Relationship.Link.OneToMany(_, var pairs) -> direct(parent, child, pairs, alias);
      case Relationship.Link.ManyToOne(_, var pairs) -> direct(parent, child, pairs, alias);
      case Relationship.Link.OneToOne(_, var pairs, _) -> direct(parent, child, pairs, alias);
      case Relationship.Link.ManyToMany many -> {
        var junction = aliasOf(many.junction().name(), child.depth) + "_j";
        child.source = new Source.Joined(child.relation, alias, many.junction(), junction);
        var links = new ArrayList<Link>();
        links.addAll(links(Name.alone(junction), Name.alone(alias), many.far()));
        links.addAll(links(Name.alone(junction), parent, many.near()));
        child.links = links;
      }
    }
  }

  private static void direct(Name parent, Draft child, List<ColumnPair> pairs, String alias) {
    child.source = new Source.Relation(child.relation, alias);
    child.links = links(Name.alone(alias), parent, pairs);
  }

  private static List<Link> links(Name there, Name here, List<ColumnPair> pairs) {
    return pairs.stream().map(p -> new Link(there, p.there(), here, p.here())).toList();
  }

  /// Postgres cuts names at 63 bytes; a long one must not lose the number that makes it unique.
  private static String aliasOf(String relation, int depth) {
    return (relation.length() > LONGEST_ALIASED ? "r" : relation) + "_" + depth;
  }

  // columns

  /// What a level inherits from those above it.
  private enum Inherited {
    NOTHING,
    AGGREGATION
  }

  private void resolve(Draft draft, Inherited inherited) {
    var aggregates = draft.columns.stream().anyMatch(c -> c.aggregate() != null);
    if (aggregates && rules.aggregates() == Permission.REFUSED) {
      throw new DataError.AggregatesDisabled().exception();
    }
    var below =
        inherited == Inherited.AGGREGATION || aggregates || draft.isSpreadMany()
            ? Inherited.AGGREGATION
            : Inherited.NOTHING;
    var spread = draft.placing == Placing.SPREAD;
    for (var column : draft.columns) {
      resolve(draft, column, below, spread);
    }
    draft.children.forEach(child -> resolve(child, below));
  }

  private void resolve(Draft draft, SelectItem.Column column, Inherited inherited, boolean spread) {
    var expands = inherited == Inherited.AGGREGATION || columns.hasFormats(draft.relation);
    if (column.field().isStar() && expands) {
      if (column.aggregate() == null) {
        draft.outputs.addAll(columns.all(draft.relation, column));
        return;
      }
      if (spread && column.aggregate() == Aggregate.COUNT) {
        draft.outputs.add(alias(columns.output(draft.relation, column).overRow(), spread));
        return;
      }
    }
    draft.outputs.add(alias(columns.output(draft.relation, column), spread));
  }

  /// Names that follow from what is selected: the last key of a JSON path, the column behind a
  /// format, and an aggregate's own name where the level above has to find it.
  private static Output alias(Output output, boolean spread) {
    if (output.alias() != null) {
      return output;
    }
    if (output.aggregate() != null) {
      return spread ? output.as(output.aggregate().name().toLowerCase(Locale.ROOT)) : output;
    }
    if (!output.column().path().isEmpty()) {
      return output.as(Columns.lastKey(output.column()));
    }
    return output.format() != null ? output.as(output.column().name()) : output;
  }

  // conditions, orders, forms

  private void finish(Draft draft) {
    for (var condition : draft.conditions) {
      draft.where.add(test(draft, condition));
    }
    for (var term : draft.orderTerms) {
      draft.order.add(sort(draft, term));
    }
    draft.children.forEach(this::finish);
  }

  private Test test(Draft draft, Condition condition) {
    return switch (condition) {
      case Condition.Group(var negation, var logic, var parts) ->
          new Test.Group(negation, logic, parts.stream().map(p -> test(draft, p)).toList());
      case Condition.Filter filter -> {
        var embed = embedTest(draft, filter);
        yield embed != null ? embed : columns.match(draft.relation, filter);
      }
    };
  }

  private static @Nullable Test embedTest(Draft draft, Condition.Filter filter) {
    if (!(filter.operation() instanceof Operation.Is(var truth))
        || truth != Operation.Truth.NULL
        || !filter.field().path().isEmpty()) {
      return null;
    }
    var child = find(draft, d -> d.label().equals(filter.field().name()));
    if (child == null) {
      return null;
    }
    child.joinsRows = true;
    var presence =
        filter.negation() == Negation.NEGATED ? Test.Presence.THERE : Test.Presence.ABSENT;
    return new Test.EmbedIs(presence, child.slot);
  }

  private Sort sort(Draft draft, OrderTerm term) {
    return switch (term) {
      case OrderTerm.ByField(var field, var direction, var nulls) ->
          new Sort.ByColumn(columns.sortable(draft.relation, field), direction, nulls);
      case OrderTerm.ByEmbed(var name, var field, var direction, var nulls) -> {
        var child = find(draft, d -> d.label().equals(name));
        if (child == null) {
          throw new DataError.NotEmbedded(name, null).exception();
        }
        if (!child.isToOne()) {
          throw new DataError.OrderNotToOne(draft.relation.name(), child.label()).exception();
        }
        child.joinsRows = true;
        var column = columns.sortable(child.relation, field);
        yield new Sort.ByEmbed(child.slot, column, direction, nulls);
      }
    };
  }

  /// Fills the columns that spreads lift, and moves aggregates of to-one spreads up to the level
  /// that groups.
  private void hoist(Draft draft) {
    for (var child : draft.children) {
      hoist(child);
      if (child.placing == Placing.SPREAD) {
        lift(child);
      }
    }
  }

  private static void lift(Draft spread) {
    var plain = new ArrayList<Output>();
    for (var output : spread.outputs) {
      var moves = spread.isSpreadOne() && output.aggregate() != null;
      plain.add(moves ? output.withoutAggregate() : output);
      spread.lifted.add(
          moves
              ? new SpreadColumn(
                  output.label(), output.aggregate(), output.aggregateCast(), output.alias())
              : new SpreadColumn(output.label(), null, null, null));
    }
    spread.outputs = plain;
    for (var child : spread.children) {
      if (child.placing == Placing.SPREAD) {
        child.lifted.forEach(column -> spread.lifted.add(liftedAgain(spread, child, column)));
      } else {
        spread.lifted.add(new SpreadColumn(child.label(), null, null, null));
      }
    }
  }

  /// A column lifted twice: its aggregate goes on to the next level, the level between hands it on
  /// plainly.
  private static SpreadColumn liftedAgain(Draft spread, Draft child, SpreadColumn column) {
    var label = column.alias() != null ? column.alias() : column.name();
    if (column.aggregate() == null || !spread.isSpreadOne()) {
      return new SpreadColumn(label, column.aggregate(), column.aggregateCast(), column.alias());
    }
    var at = child.lifted.indexOf(column);
    child.lifted.set(at, new SpreadColumn(column.name(), null, null, null));
    return new SpreadColumn(
        column.name(), column.aggregate(), column.aggregateCast(), column.alias());
  }

  // the finished plan

  private static ReadPlan freeze(Draft draft) {
    var embeds = new ArrayList<Embed>();
    for (var child : draft.children) {
      embeds.add(embed(child));
    }
    return new ReadPlan(
        draft.source,
        draft.outputs,
        draft.where,
        draft.links,
        draft.isSpreadMany() ? List.of() : draft.order,
        draft.range,
        embeds);
  }

  private static Embed embed(Draft child) {
    var rows = freeze(child);
    var shape = shape(child);
    var simple =
        !child.joinsRows
            && child.join != Join.INNER
            && child.placing == Placing.NESTED
            && isCertain(child);
    return new Embed(
        child.slot, child.join, shape, simple ? Reach.AFTER_ROWS : Reach.WITH_ROWS, rows);
  }

  /// A to-one relationship by a key of a table has at most one row; through a view or function it
  /// may have more.
  private static boolean isCertain(Draft child) {
    if (!child.isToOne()) {
      return true;
    }
    return child.relationship instanceof Relationship.Foreign foreign
        && foreign.toKind() == Relation.Kind.TABLE
        && child.children.stream().allMatch(ReadPlanner::isCertain);
  }

  private static Shape shape(Draft child) {
    if (child.placing == Placing.NESTED) {
      var show = isHidden(child) ? Show.HIDDEN : Show.SHOWN;
      return child.isToOne()
          ? new Shape.ToOne(child.label(), show)
          : new Shape.ToMany(child.label(), show);
    }
    if (child.isToOne()) {
      return new Shape.SpreadOne(List.copyOf(child.lifted));
    }
    return spreadMany(child);
  }

  private static boolean isHidden(Draft draft) {
    return draft.outputs.isEmpty() && draft.children.stream().allMatch(ReadPlanner::isHidden);
  }

  private static Shape spreadMany(Draft child) {
    if (child.lifted.stream().anyMatch(c -> c.aggregate() != null)
        || child.outputs.stream().anyMatch(o -> o.aggregate() != null)) {
      throw new DataError.NotImplemented(
              "Aggregates are not implemented for one-to-many or many-to-many spreads.")
          .exception();
    }
    var keys = new ArrayList<OrderKey>();
    var order = new ArrayList<Sort>();
    for (var sort : child.order) {
      var name = child.slot + "_o" + (keys.size() + 1);
      var column = new ColumnRef(name, List.of(), null);
      order.add(new Sort.ByColumn(column, sort.direction(), sort.nulls()));
      keys.add(
          switch (sort) {
            case Sort.ByColumn(var by, _, _) -> new OrderKey(null, Output.plain(by, name));
            case Sort.ByEmbed(var slot, var by, _, _) -> new OrderKey(slot, Output.plain(by, name));
          });
    }
    return new Shape.SpreadMany(List.copyOf(child.lifted), keys, order);
  }
}
