package io.stabbur.data.plan;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.plan.ReadPlan.Link;
import io.stabbur.data.request.Condition;
import io.stabbur.data.request.OrderTerm;
import io.stabbur.data.request.RowRange;
import io.stabbur.data.request.SelectItem;
import io.stabbur.data.request.SelectItem.Join;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A level while it is planned. Each pass of [ReadPlanner] fills in one thing; nothing outside this
/// package sees it.
final class Draft {
  final String target;
  final @Nullable String alias;
  final @Nullable String hint;
  final Join join;
  final Placing placing;
  final int depth;
  final List<SelectItem.Column> columns = new ArrayList<>();
  final List<Draft> children = new ArrayList<>();
  final List<Condition> conditions = new ArrayList<>();
  List<OrderTerm> orderTerms = List.of();
  RowRange range = RowRange.ALL;
  boolean namedByRelation;

  Name relation;
  Source source;
  @Nullable Relationship relationship;
  List<Link> links = List.of();
  String slot = "";
  List<Output> outputs = new ArrayList<>();
  List<Test> where = new ArrayList<>();
  List<Sort> order = new ArrayList<>();
  boolean joinsRows;
  final List<ReadPlan.SpreadColumn> lifted = new ArrayList<>();

  /// How a level sits in the one above.
  enum Placing {
    ROOT,
    NESTED,
    SPREAD
  }

  Draft(
      Name relation,
      @Nullable String alias,
      @Nullable String hint,
      Join join,
      Placing placing,
      int depth) {
    this.relation = relation;
    this.target = relation.name();
    this.alias = alias;
    this.hint = hint;
    this.join = join;
    this.placing = placing;
    this.depth = depth;
    this.source = new Source.Relation(relation, null);
  }

  /// The name clients see.
  String label() {
    return alias != null ? alias : target;
  }

  /// Of orders that are given several times for one level the first counts.
  void orderFirstBy(List<OrderTerm> terms) {
    orderTerms = orderTerms.isEmpty() ? terms : orderTerms;
  }

  boolean isToOne() {
    return relationship != null && relationship.isToOne();
  }

  boolean isSpreadOne() {
    return placing == Placing.SPREAD && isToOne();
  }

  boolean isSpreadMany() {
    return placing == Placing.SPREAD && !isToOne();
  }
}
