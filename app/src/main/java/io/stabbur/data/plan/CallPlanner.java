package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.catalog.Routine.Passing;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.CallPlan.Argument;
import io.stabbur.data.plan.CallPlan.Arguments;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.FlatJson;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Intent.CallVerb;
import io.stabbur.data.request.Payload;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans the call of a function: which of its overloads is meant, its arguments, and how its result
/// is read like a relation.
final class CallPlanner {
  private final DataRequest request;
  private final Catalog catalog;
  private final PlanRules rules;

  CallPlanner(DataRequest request, Catalog catalog, PlanRules rules) {
    this.request = request;
    this.catalog = catalog;
    this.rules = rules;
  }

  DataPlan plan(Intent.Call intent) {
    var verb = intent.verb();
    var given = given(verb);
    var routine =
        new RoutineFinder(catalog, verb, request.contentType())
            .find(new Name(request.schema(), intent.routine()), given);
    var relation =
        new Name(
            routine.name().schema(),
            routine.returns().shape() == Routine.Shape.COMPOSITE
                ? routine.returns().type().name()
                : routine.name().name());
    var planner = new ReadPlanner(request, catalog, rules, new Columns(catalog, routine.results()));
    var rows = planner.plan(relation, ReadPlanner.Root.RESULT);
    var answer = new Negotiation(request, catalog, rules).choose(relation, rows.isWholeRelation());
    request.preferences().requireKnown();
    requireSet(routine);
    var call = new CallPlan(routine, arguments(routine, given, verb), NeededColumns.ofCall(rows));
    return new DataPlan.Call(call, rows, answer, verb, planner.legacyNames());
  }

  /// Rows of a function can be limited only where it returns a set.
  private void requireSet(Routine routine) {
    var preferences = request.preferences();
    if (preferences.maxAffected() != null
        && preferences.isStrict()
        && routine.returns().rows() == Routine.Rows.ONE) {
      throw new DataError.AffectedNeedsSet().exception();
    }
  }

  /// The names of the arguments that the request gives.
  private Set<String> given(CallVerb verb) {
    if (verb != CallVerb.POST) {
      return names(request.query().arguments());
    }
    return switch (request.payload()) {
      case Payload.Json(_, var keys, _) -> Set.copyOf(keys);
      case Payload.Form(var arguments) -> names(arguments);
      case Payload.Raw _, Payload.None _ -> Set.of();
    };
  }

  private Arguments arguments(Routine routine, Set<String> given, CallVerb verb) {
    var parameters = routine.parameters();
    if (parameters.size() == 1 && parameters.getFirst().name().isEmpty()) {
      return new Arguments.Whole(parameters.getFirst(), whole(parameters.getFirst()));
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

  private @Nullable Object whole(Parameter parameter) {
    return switch (request.payload()) {
      case Payload.Json(var text, _, _) -> text;
      case Payload.Raw(var bytes) ->
          parameter.declared().equals("bytea") ? bytes : new String(bytes, StandardCharsets.UTF_8);
      case Payload.Form(var form) -> FlatJson.object(mapped(form));
      case Payload.None _ -> FlatJson.object(mapped(request.query().arguments()));
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

  /// The names in a list of pairs.
  static Set<String> names(List<Map.Entry<String, String>> arguments) {
    var names = new HashSet<String>();
    arguments.forEach(a -> names.add(a.getKey()));
    return names;
  }
}
