package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.NearNames;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Relation.Change;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.catalog.Routine.Passing;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.CallPlan.Argument;
import io.stabbur.data.plan.CallPlan.Arguments;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.plan.WritePlan.Conflict;
import io.stabbur.data.plan.WritePlan.PayloadColumn;
import io.stabbur.data.request.Condition;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Intent.CallVerb;
import io.stabbur.data.request.JsonWords;
import io.stabbur.data.request.Media;
import io.stabbur.data.request.Operation;
import io.stabbur.data.request.Payload;
import io.stabbur.data.request.Placed;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.data.request.Preferences.Resolution;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
      case Intent.Insert(var relation) -> write(request, catalog, relation);
      case Intent.Update(var relation) -> write(request, catalog, relation);
      case Intent.Upsert(var relation) -> write(request, catalog, relation);
      case Intent.Delete(var relation) -> write(request, catalog, relation);
      case Intent.Call(var routine, var verb) -> call(request, catalog, routine, verb);
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
    checkPreferences(request);
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

  private static void checkPreferences(DataRequest request) {
    var preferences = request.preferences();
    if (preferences.isStrict() && !preferences.unknown().isEmpty()) {
      throw new DataError.InvalidPreferences(preferences.unknown()).exception();
    }
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
            .find(new Name(request.schema(), name), names(request.query().arguments()));
    return new DataPlan.Options(
        routine.volatility() == Routine.Volatility.VOLATILE
            ? "OPTIONS,POST"
            : "OPTIONS,GET,HEAD,POST");
  }

  private static Set<String> names(List<Map.Entry<String, String>> arguments) {
    var names = new HashSet<String>();
    arguments.forEach(a -> names.add(a.getKey()));
    return names;
  }

  // writes

  private DataPlan write(DataRequest request, Catalog catalog, String name) {
    var relation = relation(catalog, request.schema(), name);
    var columns = new Columns(catalog, Map.of());
    var planner = new ReadPlanner(request, catalog, rules, columns);
    var rows = planner.plan(relation.name(), ReadPlanner.Root.RESULT);
    var change = change(request, relation, columns, rows);
    checkPreferences(request);
    var answer =
        new Negotiation(request, catalog, rules).choose(relation.name(), rows.isWholeRelation());
    return new DataPlan.Write(
        request.intent(), relation, change, rows, answer, planner.legacyNames());
  }

  private WritePlan change(DataRequest request, Relation relation, Columns columns, ReadPlan rows) {
    var returning = returning(request, relation, rows);
    return switch (request.intent()) {
      case Intent.Update _ -> update(request, relation, columns, returning);
      case Intent.Delete _ ->
          new WritePlan.Delete(relation.name(), where(request, relation, columns), returning);
      case Intent.Upsert _ -> upsert(request, relation, columns, returning);
      case Intent.Insert _,
          Intent.Read _,
          Intent.Call _,
          Intent.Describe _,
          Intent.RelationOptions _,
          Intent.RoutineOptions _,
          Intent.RootOptions _ ->
          insert(request, relation, columns, returning);
    };
  }

  private static Payload.Json body(DataRequest request) {
    return request.payload() instanceof Payload.Json json ? json : Payload.Json.NO_ROWS;
  }

  private static List<PayloadColumn> payload(
      Payload.Json body, Relation relation, Columns columns) {
    return body.keys().stream().map(key -> columns.payload(relation.name(), key)).toList();
  }

  private static Missing missing(DataRequest request) {
    return request.preferences().missing() == Missing.DEFAULT ? Missing.DEFAULT : Missing.NULL;
  }

  private static WritePlan insert(
      DataRequest request, Relation relation, Columns columns, List<String> returning) {
    var body = body(request);
    var resolution = request.preferences().resolution();
    var target = request.query().onConflict();
    var conflict =
        resolution == null
            ? null
            : new Conflict(resolution, target == null ? relation.key() : target);
    return new WritePlan.Insert(
        relation.name(),
        payload(body, relation, columns),
        body,
        conflict,
        List.of(),
        returning,
        relation.key(),
        missing(request));
  }

  private WritePlan update(
      DataRequest request, Relation relation, Columns columns, List<String> returning) {
    var body = body(request);
    return new WritePlan.Update(
        relation.name(),
        payload(body, relation, columns),
        body,
        where(request, relation, columns),
        returning,
        missing(request));
  }

  private static WritePlan upsert(
      DataRequest request, Relation relation, Columns columns, List<String> returning) {
    var query = request.query();
    var key = Set.copyOf(relation.key());
    if (!query.logic().isEmpty()
        || key.isEmpty()
        || !query.filterKeys().equals(key)
        || !query.filters().stream().map(Placed::what).allMatch(Planner::isPlainEquality)) {
      throw new DataError.UpsertFilters().exception();
    }
    var body = body(request);
    var tests =
        query.filters().stream().map(f -> columns.match(relation.name(), f.what())).toList();
    return new WritePlan.Insert(
        relation.name(),
        payload(body, relation, columns),
        body,
        new Conflict(Resolution.MERGE, relation.key()),
        tests,
        returning,
        List.of(),
        Missing.NULL);
  }

  private static boolean isPlainEquality(Condition.Filter filter) {
    return filter.sense() == Condition.Sense.PLAIN
        && filter.operation() instanceof Operation.Compare(var comparison, var quantifier, _)
        && comparison == Operation.Comparison.EQ
        && quantifier == Operation.Quantifier.ONE;
  }

  private List<Test> where(DataRequest request, Relation relation, Columns columns) {
    var tests = new ArrayList<Test>();
    for (var filter : request.query().filters()) {
      if (filter.atRoot()) {
        tests.add(columns.match(relation.name(), filter.what()));
      }
    }
    for (var tree : request.query().logic()) {
      if (tree.atRoot()) {
        tests.add(test(relation, columns, tree.what()));
      }
    }
    if (tests.isEmpty() && rules.unfilteredWrites() == Permission.REFUSED) {
      var verb = request.intent() instanceof Intent.Delete ? "DELETE" : "UPDATE";
      throw new DataError.FilterRequired(verb).exception();
    }
    return tests;
  }

  private static Test test(Relation relation, Columns columns, Condition condition) {
    return switch (condition) {
      case Condition.Filter filter -> columns.match(relation.name(), filter);
      case Condition.Group(var sense, var logic, var parts) ->
          new Test.Group(
              sense, logic, parts.stream().map(p -> test(relation, columns, p)).toList());
    };
  }

  /// The columns a write hands on, so that what is selected, embedded and located can be answered
  /// from them.
  private static List<String> returning(DataRequest request, Relation relation, ReadPlan rows) {
    var representation = request.preferences().representation();
    if (representation == null
        || representation == io.stabbur.data.request.Preferences.Return.MINIMAL) {
      return List.of();
    }
    return needed(rows, relation.key());
  }

  private static List<String> needed(ReadPlan rows, List<String> key) {
    var names = new TreeSet<String>();
    for (var output : rows.outputs()) {
      names.add(output.column().name());
    }
    var computed =
        rows.embeds().stream().anyMatch(e -> e.rows().source() instanceof Source.Computed);
    if (names.contains("*") || computed) {
      return List.of("*");
    }
    for (var embed : rows.embeds()) {
      for (var link : embed.rows().links()) {
        if (link.right().equals(rows.source().qualifier())) {
          names.add(link.rightColumn());
        }
      }
    }
    names.addAll(key);
    return List.copyOf(names);
  }

  // calls

  private DataPlan call(DataRequest request, Catalog catalog, String name, CallVerb verb) {
    var given = given(request, verb);
    var routine =
        new RoutineFinder(catalog, verb, request.contentType())
            .find(new Name(request.schema(), name), given);
    var relation =
        new Name(
            routine.name().schema(),
            routine.returns().shape() == Routine.Shape.COMPOSITE
                ? routine.returns().type().name()
                : routine.name().name());
    var planner = new ReadPlanner(request, catalog, rules, new Columns(catalog, routine.results()));
    var rows = planner.plan(relation, ReadPlanner.Root.RESULT);
    var answer = new Negotiation(request, catalog, rules).choose(relation, rows.isWholeRelation());
    checkPreferences(request);
    checkMaxAffected(request, routine);
    var call = new CallPlan(routine, arguments(request, routine, given, verb), columns(rows));
    return new DataPlan.Call(call, rows, answer, verb, planner.legacyNames());
  }

  private static void checkMaxAffected(DataRequest request, Routine routine) {
    var preferences = request.preferences();
    if (preferences.maxAffected() != null
        && preferences.isStrict()
        && routine.returns().rows() == Routine.Rows.ONE) {
      throw new DataError.AffectedNeedsSet().exception();
    }
  }

  private static Set<String> given(DataRequest request, CallVerb verb) {
    if (verb != CallVerb.POST) {
      return names(request.query().arguments());
    }
    return switch (request.payload()) {
      case Payload.Json(_, var keys, _) -> Set.copyOf(keys);
      case Payload.Form(var arguments) -> names(arguments);
      case Payload.Raw _, Payload.None _ -> Set.of();
    };
  }

  private static Arguments arguments(
      DataRequest request, Routine routine, Set<String> given, CallVerb verb) {
    var parameters = routine.parameters();
    if (parameters.size() == 1 && parameters.getFirst().name().isEmpty()) {
      return new Arguments.Whole(parameters.getFirst(), whole(request, parameters.getFirst()));
    }
    var passed = parameters.stream().filter(p -> given.contains(p.name())).toList();
    if (passed.isEmpty()) {
      return new Arguments.None();
    }
    if (verb == CallVerb.POST && request.payload() instanceof Payload.Json json) {
      return new Arguments.FromJson(json, passed);
    }
    var pairs =
        request.payload() instanceof Payload.Form(var form) ? form : request.query().arguments();
    return new Arguments.Named(passed.stream().map(p -> argument(p, pairs)).toList());
  }

  private static @Nullable Object whole(DataRequest request, Parameter parameter) {
    return switch (request.payload()) {
      case Payload.Json(var text, _, _) -> text;
      case Payload.Raw(var bytes) ->
          parameter.declared().equals("bytea") ? bytes : new String(bytes, StandardCharsets.UTF_8);
      case Payload.Form(var form) -> JsonWords.object(mapped(form));
      case Payload.None _ -> JsonWords.object(mapped(request.query().arguments()));
    };
  }

  private static Map<String, String> mapped(List<Map.Entry<String, String>> pairs) {
    var map = new LinkedHashMap<String, String>();
    pairs.forEach(p -> map.put(p.getKey(), p.getValue()));
    return map;
  }

  private static Argument argument(Parameter parameter, List<Map.Entry<String, String>> pairs) {
    var values =
        pairs.stream()
            .filter(p -> p.getKey().equals(parameter.name()))
            .map(Map.Entry::getValue)
            .toList();
    return parameter.passing() == Passing.VARIADIC
        ? new Argument(parameter, values)
        : new Argument(parameter, List.of(values.getLast()));
  }

  /// The columns of a function's result that are selected, linked, filtered or ordered by.
  private static List<String> columns(ReadPlan rows) {
    var names = new TreeSet<String>();
    rows.outputs().forEach(o -> names.add(o.column().name()));
    var computed =
        rows.embeds().stream().anyMatch(e -> e.rows().source() instanceof Source.Computed);
    if (names.isEmpty() || names.contains("*") || computed) {
      return List.of("*");
    }
    for (var embed : rows.embeds()) {
      for (var link : embed.rows().links()) {
        if (link.right().equals(rows.source().qualifier())) {
          names.add(link.rightColumn());
        }
      }
    }
    rows.where().forEach(t -> addColumns(names, t));
    rows.order().forEach(s -> addColumn(names, s));
    return List.copyOf(names);
  }

  private static void addColumns(Set<String> names, Test test) {
    switch (test) {
      case Test.Match(var column, _, _, _) -> names.add(column.name());
      case Test.Group(_, _, var parts) -> parts.forEach(p -> addColumns(names, p));
      case Test.EmbedIs _ -> {
        // its columns are linked, and so there already
      }
    }
  }

  private static void addColumn(Set<String> names, Sort sort) {
    if (sort instanceof Sort.ByColumn(var column, _, _)) {
      names.add(column.name());
    }
  }
}
