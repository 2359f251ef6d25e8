package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.RangeProblem;
import io.stabbur.data.request.DataRequest.Profile;
import io.stabbur.data.request.Intent.Body;
import io.stabbur.data.request.Intent.CallVerb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns an HTTP request into a [DataRequest].
public final class RequestParser {
  private final RequestRules rules;

  public RequestParser(RequestRules rules) {
    this.rules = rules;
  }

  public DataRequest parse(Incoming incoming) {
    var target = target(incoming.segments());
    var named = namedSchema(incoming);
    var schema = named == null ? rules.schemas().getFirst() : named;
    var profile = named == null && rules.schemas().size() == 1 ? Profile.UNNAMED : Profile.NAMED;
    var intent = intent(target, incoming.method());
    var query = QueryParser.parse(incoming.query(), unclear(intent));
    var contentType = incoming.first("content-type");
    var media = contentType == null ? Media.Known.JSON : Media.parse(contentType);
    return new DataRequest(
        intent,
        schema,
        profile,
        query,
        Preferences.parse(incoming.all("prefer"), rules.endChoice()),
        Media.accepted(incoming.all("accept")),
        media,
        payload(intent, incoming.body(), media, query),
        range(intent, incoming, query.rootRange()),
        DataRequest.Planner.ASKED);
  }

  private sealed interface Target {
    record Root() implements Target {}

    record Relation(String name) implements Target {}

    record Routine(String name) implements Target {}
  }

  private Target target(List<String> segments) {
    return switch (segments.size()) {
      case 0 -> root();
      case 1 -> new Target.Relation(segments.getFirst());
      case 2 -> routine(segments);
      default -> throw new DataError.InvalidPath().exception();
    };
  }

  private Target root() {
    if (rules.description() == RequestRules.Description.DISABLED) {
      throw new DataError.DescriptionDisabled().exception();
    }
    return rules.rootRoutine() == null
        ? new Target.Root()
        : new Target.Routine(rules.rootRoutine());
  }

  private static Target routine(List<String> segments) {
    if (!segments.getFirst().equals("rpc")) {
      throw new DataError.InvalidPath().exception();
    }
    return new Target.Routine(segments.getLast());
  }

  private @Nullable String namedSchema(Incoming incoming) {
    var header =
        switch (incoming.method()) {
          case "POST", "PATCH", "PUT", "DELETE" -> "content-profile";
          default -> "accept-profile";
        };
    var named = incoming.first(header);
    if (named != null && !rules.schemas().contains(named)) {
      throw new DataError.SchemaNotExposed(named, rules.schemas()).exception();
    }
    return named;
  }

  private static Intent intent(Target target, String method) {
    return switch (target) {
      case Target.Relation(var name) -> ofRelation(name, method);
      case Target.Routine(var name) -> ofRoutine(name, method);
      case Target.Root _ -> ofRoot(method);
    };
  }

  private static Intent ofRelation(String name, String method) {
    return switch (method) {
      case "GET" -> new Intent.Read(name, Body.SENT);
      case "HEAD" -> new Intent.Read(name, Body.HEADERS_ONLY);
      case "POST" -> new Intent.Insert(name);
      case "PATCH" -> new Intent.Update(name);
      case "PUT" -> new Intent.Upsert(name);
      case "DELETE" -> new Intent.Delete(name);
      case "OPTIONS" -> new Intent.RelationOptions(name);
      default -> throw new DataError.MethodNotSupported(method).exception();
    };
  }

  private static Intent ofRoutine(String name, String method) {
    return switch (method) {
      case "GET" -> new Intent.Call(name, CallVerb.GET);
      case "HEAD" -> new Intent.Call(name, CallVerb.HEAD);
      case "POST" -> new Intent.Call(name, CallVerb.POST);
      case "OPTIONS" -> new Intent.RoutineOptions(name);
      default -> throw new DataError.RoutineMethod(method).exception();
    };
  }

  private static Intent ofRoot(String method) {
    return switch (method) {
      case "GET" -> new Intent.Describe(Body.SENT);
      case "HEAD" -> new Intent.Describe(Body.HEADERS_ONLY);
      case "OPTIONS" -> new Intent.RootOptions();
      default -> throw new DataError.MethodNotSupported(method).exception();
    };
  }

  private static QueryParser.Unclear unclear(Intent intent) {
    return intent instanceof Intent.Call(_, var verb) && verb != CallVerb.POST
        ? QueryParser.Unclear.ARGUMENT
        : QueryParser.Unclear.REFUSED;
  }

  private static Payload payload(Intent intent, byte[] body, Media media, Query query) {
    return switch (intent) {
      case Intent.Insert _, Intent.Update _ -> PayloadParser.rows(body, media, query.columns());
      case Intent.Upsert _ -> PayloadParser.rows(body, media, null);
      case Intent.Call(_, var verb) ->
          verb == CallVerb.POST
              ? PayloadParser.arguments(body, media, query.columns())
              : new Payload.None();
      case Intent.Read _,
          Intent.Delete _,
          Intent.Describe _,
          Intent.RelationOptions _,
          Intent.RoutineOptions _,
          Intent.RootOptions _ ->
          new Payload.None();
    };
  }

  private static RowRange range(Intent intent, Incoming incoming, RowRange said) {
    if (intent instanceof Intent.Upsert && !said.isAll()) {
      throw new DataError.UpsertRange().exception();
    }
    if (said.wantsNothing()) {
      return RowRange.NONE;
    }
    if (said.limit() != null && said.limit() < 0) {
      throw new DataError.RangeUnsatisfiable(new RangeProblem.NegativeLimit()).exception();
    }
    var header = incoming.method().equals("GET") ? incoming.first("range") : null;
    var range = header == null ? RowRange.ALL : headerRange(header);
    var both = range.intersect(said);
    if (both.limit() != null && both.limit() <= 0) {
      throw new DataError.RangeUnsatisfiable(new RangeProblem.NegativeLimit()).exception();
    }
    return both;
  }

  private static RowRange headerRange(String header) {
    var dash = header.indexOf('-');
    if (dash <= 0 || !digits(header.substring(0, dash)) || !digits(header.substring(dash + 1))) {
      return RowRange.ALL;
    }
    var first = number(header.substring(0, dash));
    if (dash == header.length() - 1) {
      return new RowRange(first, null);
    }
    var last = number(header.substring(dash + 1));
    if (first > last) {
      throw new DataError.RangeUnsatisfiable(new RangeProblem.LowerAboveUpper()).exception();
    }
    return new RowRange(first, last - first + 1);
  }

  private static boolean digits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE / 2 : Long.parseLong(digits);
  }
}
