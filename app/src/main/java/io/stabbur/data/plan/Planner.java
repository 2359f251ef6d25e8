package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.NearNames;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Relation.Change;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.error.DataError;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Intent.CallVerb;
import io.stabbur.data.request.Media;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks a request against a catalog and says what to do.
public final class Planner {
  private static final double LEAST_LIKENESS = 0.75;
  private static final int MOST_SEARCHED = 500;

  private final PlanRules rules;

  public Planner(PlanRules rules) {
    this.rules = rules;
  }

  public DataPlan plan(DataRequest request, Catalog catalog) {
    return switch (request.intent()) {
      case Intent.Read(var relation, var body) -> read(request, catalog, relation, body);
      case Intent.Write write ->
          new WritePlanner(request, catalog, rules)
              .plan(write, relation(catalog, request.schema(), write.relation()));
      case Intent.Call call -> new CallPlanner(request, catalog, rules).plan(call);
      case Intent.Describe(var body) -> describe(request, body);
      case Intent.RelationOptions(var relation) ->
          new DataPlan.Options(verbs(relation(catalog, request.schema(), relation)));
      case Intent.RoutineOptions(var routine) -> routineOptions(request, catalog, routine);
      case Intent.RootOptions _ -> new DataPlan.Options("OPTIONS,GET,HEAD");
    };
  }

  private DataPlan read(DataRequest request, Catalog catalog, String relation, Intent.Body body) {
    var known = relation(catalog, request.schema(), relation);
    var planner = new ReadPlanner(request, catalog, rules, new Columns(catalog, Map.of()));
    var rows = planner.plan(known.name(), ReadPlanner.Root.RELATION);
    var answer =
        new Negotiation(request, catalog, rules).choose(known.name(), rows.isWholeRelation());
    request.preferences().requireKnown();
    return new DataPlan.Read(known.name(), rows, answer, body, planner.legacyNames());
  }

  private static Relation relation(Catalog catalog, String schema, String name) {
    var known = catalog.relation(new Name(schema, name));
    if (known == null) {
      throw new DataError.NoRelation(schema, name, nearRelation(catalog, schema, name)).exception();
    }
    return known;
  }

  private static @Nullable String nearRelation(Catalog catalog, String schema, String name) {
    var names =
        catalog.relations().keySet().stream()
            .filter(n -> n.schema().equals(schema))
            .map(Name::name)
            .toList();
    return names.size() >= MOST_SEARCHED
        ? null
        : new NearNames(names).nearest(name, LEAST_LIKENESS).map(NearNames.Near::name).orElse(null);
  }

  private static DataPlan describe(DataRequest request, Intent.Body body) {
    var accepted =
        request.accept().stream()
            .anyMatch(
                m -> m == Media.Known.OPEN_API || m == Media.Known.JSON || m == Media.Known.ANY);
    if (!accepted) {
      throw new DataError.NotAcceptable(request.accept().stream().map(Media::mime).toList())
          .exception();
    }
    return new DataPlan.Describe(request.schema(), body);
  }

  private static String verbs(Relation relation) {
    var verbs = new StringBuilder("OPTIONS,GET,HEAD");
    var inserts = relation.allows(Change.INSERT);
    var updates = relation.allows(Change.UPDATE);
    verbs.append(inserts ? ",POST" : "");
    verbs.append(inserts && updates && !relation.key().isEmpty() ? ",PUT" : "");
    verbs.append(updates ? ",PATCH" : "");
    verbs.append(relation.allows(Change.DELETE) ? ",DELETE" : "");
    return verbs.toString();
  }

  private static DataPlan routineOptions(DataRequest request, Catalog catalog, String name) {
    var routine =
        new RoutineFinder(catalog, CallVerb.HEAD, request.contentType())
            .find(new Name(request.schema(), name), CallPlanner.names(request.query().arguments()));
    return new DataPlan.Options(
        routine.volatility() == Routine.Volatility.VOLATILE
            ? "OPTIONS,POST"
            : "OPTIONS,GET,HEAD,POST");
  }
}
