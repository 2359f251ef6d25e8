package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.NearNames;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.catalog.Routine.Need;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.RoutineBody;
import io.stabbur.data.request.Intent.CallVerb;
import io.stabbur.data.request.Media;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the function with exactly the arguments a client sends, or else one that takes the whole
/// body.
final class RoutineFinder {
  private static final double LEAST_LIKENESS_OF_NAME = 0.75;
  private static final double LEAST_LIKENESS_OF_ARGUMENTS = 0.33;

  private final Catalog catalog;
  private final CallVerb verb;
  private final Media contentType;

  RoutineFinder(Catalog catalog, CallVerb verb, Media contentType) {
    this.catalog = catalog;
    this.verb = verb;
    this.contentType = contentType;
  }

  Routine find(Name name, Collection<String> arguments) {
    var overloads = catalog.routines(name);
    var given = Set.copyOf(arguments);
    var fitting = overloads.stream().filter(r -> fits(r.parameters(), given)).toList();
    if (fitting.isEmpty()) {
      fitting = overloads.stream().filter(this::takesBody).toList();
    }
    return switch (fitting.size()) {
      case 1 -> fitting.getFirst();
      case 0 -> throw notFound(name, new TreeSet<>(given), overloads);
      default ->
          throw new DataError.AmbiguousRoutine(fitting.stream().map(Routine::signature).toList())
              .exception();
    };
  }

  private boolean fits(List<Parameter> parameters, Set<String> given) {
    if (parameters.isEmpty()) {
      return given.isEmpty() && !(verb == CallVerb.POST && isRaw());
    }
    var required = new HashSet<String>();
    var optional = new HashSet<String>();
    for (var parameter : parameters) {
      (parameter.need() == Need.REQUIRED ? required : optional).add(parameter.name());
    }
    var rest = new HashSet<>(given);
    rest.removeAll(optional);
    return rest.equals(required);
  }

  private boolean isRaw() {
    return contentType == Media.Known.TEXT
        || contentType == Media.Known.XML
        || contentType == Media.Known.OCTETS;
  }

  private boolean takesBody(Routine routine) {
    if (verb != CallVerb.POST
        || routine.parameters().size() != 1
        || !routine.parameters().getFirst().name().isEmpty()
        || !(contentType instanceof Media.Known known)) {
      return false;
    }
    var type = routine.parameters().getFirst().declared();
    return switch (known) {
      case JSON -> type.equals("json") || type.equals("jsonb");
      case TEXT -> type.equals("text");
      case XML -> type.equals("xml");
      case OCTETS -> type.equals("bytea");
      case GEO_JSON, CSV, OPEN_API, FORM, ANY -> false;
    };
  }

  private RuntimeException notFound(Name name, SortedSet<String> given, List<Routine> overloads) {
    var body = body();
    var rawBody = body == RoutineBody.TEXT || body == RoutineBody.XML || body == RoutineBody.OCTETS;
    return new DataError.NoRoutine(
            name.schema(),
            name.name(),
            List.copyOf(given),
            body,
            rawBody ? null : suggestion(name, given, overloads))
        .exception();
  }

  private RoutineBody body() {
    if (verb != CallVerb.POST) {
      return RoutineBody.NONE;
    }
    return contentType instanceof Media.Known known
        ? switch (known) {
          case JSON -> RoutineBody.JSON;
          case TEXT -> RoutineBody.TEXT;
          case XML -> RoutineBody.XML;
          case OCTETS -> RoutineBody.OCTETS;
          case GEO_JSON, CSV, OPEN_API, FORM, ANY -> RoutineBody.OTHER;
        }
        : RoutineBody.OTHER;
  }

  private @Nullable String suggestion(Name name, SortedSet<String> given, List<Routine> overloads) {
    var start = "Perhaps you meant to call the function " + name.schema() + ".";
    if (overloads.isEmpty()) {
      var names =
          catalog.routines().keySet().stream()
              .filter(n -> n.schema().equals(name.schema()))
              .map(Name::name)
              .toList();
      return new NearNames(names)
          .nearest(name.name(), LEAST_LIKENESS_OF_NAME)
          .map(near -> start + near.name())
          .orElse(null);
    }
    var lists =
        overloads.stream()
            .map(r -> listed(new TreeSet<>(r.parameters().stream().map(Parameter::name).toList())))
            .toList();
    return new NearNames(lists)
        .nearest(listed(given), LEAST_LIKENESS_OF_ARGUMENTS)
        .map(near -> start + name.name() + near.name())
        .orElse(null);
  }

  private static String listed(Set<String> names) {
    return "(" + String.join(", ", names) + ")";
  }
}
