package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.plan.WritePlan.Conflict;
import io.stabbur.data.plan.WritePlan.PayloadColumn;
import io.stabbur.data.request.AtPath;
import io.stabbur.data.request.Condition;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Operation;
import io.stabbur.data.request.Payload;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.data.request.Preferences.Resolution;
import io.stabbur.data.request.Preferences.Return;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Plans a change of a relation's rows: which columns are written from which body, which rows are
/// meant, and which columns the answer needs.
final class WritePlanner {
  private final DataRequest request;
  private final Catalog catalog;
  private final PlanRules rules;
  private final Columns columns;

  WritePlanner(DataRequest request, Catalog catalog, PlanRules rules) {
    this.request = request;
    this.catalog = catalog;
    this.rules = rules;
    this.columns = new Columns(catalog, Map.of());
  }

  DataPlan plan(Intent.Write intent, Relation relation) {
    var planner = new ReadPlanner(request, catalog, rules, columns);
    var rows = planner.plan(relation.name(), ReadPlanner.Root.RESULT);
    var change = change(intent, relation, returning(relation, rows));
    request.preferences().requireKnown();
    var answer =
        new Negotiation(request, catalog, rules).choose(relation.name(), rows.isWholeRelation());
    return new DataPlan.Write(intent, relation, change, rows, answer, planner.legacyNames());
  }

  private WritePlan change(Intent.Write intent, Relation relation, List<String> returning) {
    return switch (intent) {
      case Intent.Insert _ -> insert(relation, returning);
      case Intent.Update _ -> update(relation, returning);
      case Intent.Upsert _ -> upsert(relation, returning);
      case Intent.Delete _ ->
          new WritePlan.Delete(relation.name(), where(relation, "DELETE"), returning);
    };
  }

  private Payload.Json body() {
    return request.payload() instanceof Payload.Json json ? json : Payload.Json.NO_ROWS;
  }

  private List<PayloadColumn> payload(Payload.Json body, Relation relation) {
    return body.keys().stream().map(key -> columns.payload(relation.name(), key)).toList();
  }

  private Missing missing() {
    return request.preferences().missing() == Missing.DEFAULT ? Missing.DEFAULT : Missing.NULL;
  }

  private WritePlan insert(Relation relation, List<String> returning) {
    var body = body();
    var resolution = request.preferences().resolution();
    var target = request.query().onConflict();
    var conflict =
        resolution == null
            ? null
            : new Conflict(resolution, target == null ? relation.key() : target);
    return new WritePlan.Insert(
        relation.name(),
        payload(body, relation),
        body,
        conflict,
        List.of(),
        returning,
        relation.key(),
        missing());
  }

  private WritePlan update(Relation relation, List<String> returning) {
    var body = body();
    return new WritePlan.Update(
        relation.name(),
        payload(body, relation),
        body,
        where(relation, "UPDATE"),
        returning,
        missing());
  }

  private WritePlan upsert(Relation relation, List<String> returning) {
    var query = request.query();
    var key = Set.copyOf(relation.key());
    if (!query.logic().isEmpty()
        || key.isEmpty()
        || !query.filterKeys().equals(key)
        || !query.filters().stream().map(AtPath::what).allMatch(WritePlanner::isPlainEquality)) {
      throw new DataError.UpsertFilters().exception();
    }
    var body = body();
    var tests =
        query.filters().stream().map(f -> columns.match(relation.name(), f.what())).toList();
    return new WritePlan.Insert(
        relation.name(),
        payload(body, relation),
        body,
        new Conflict(Resolution.MERGE, relation.key()),
        tests,
        returning,
        List.of(),
        Missing.NULL);
  }

  private static boolean isPlainEquality(Condition.Filter filter) {
    return filter.negation() == Condition.Negation.PLAIN
        && filter.operation() instanceof Operation.Compare(var comparison, var quantifier, _)
        && comparison == Operation.Comparison.EQ
        && quantifier == Operation.Quantifier.ONE;
  }

  private List<Test> where(Relation relation, String verb) {
    var tests = new ArrayList<Test>();
    for (var filter : request.query().filters()) {
      if (filter.atRoot()) {
        tests.add(columns.match(relation.name(), filter.what()));
      }
    }
    for (var tree : request.query().logic()) {
      if (tree.atRoot()) {
        tests.add(test(relation, tree.what()));
      }
    }
    if (tests.isEmpty() && rules.unfilteredWrites() == Permission.REFUSED) {
      throw new DataError.FilterRequired(verb).exception();
    }
    return tests;
  }

  private Test test(Relation relation, Condition condition) {
    return switch (condition) {
      case Condition.Filter filter -> columns.match(relation.name(), filter);
      case Condition.Group(var negation, var logic, var parts) ->
          new Test.Group(negation, logic, parts.stream().map(p -> test(relation, p)).toList());
    };
  }

  /// The columns a write hands on, so that what is selected, embedded and located can be answered
  /// from them.
  private List<String> returning(Relation relation, ReadPlan rows) {
    var representation = request.preferences().representation();
    if (representation == null || representation == Return.MINIMAL) {
      return List.of();
    }
    return NeededColumns.ofWrite(rows, relation.key());
  }
}
