package io.stabbur.data;

import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Candidate;
import io.stabbur.data.error.DataError.RaisePart;
import io.stabbur.data.error.DataError.RangeProblem;
import io.stabbur.data.error.DataError.RoutineBody;
import io.stabbur.data.request.FlatJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Each error in the words of the wire: status, code, message, details and hint.
final class ErrorTexts {
  private ErrorTexts() {}

  /// @param headers headers besides those every error has
  record ErrorText(
      int status,
      @Nullable String reason,
      String code,
      String message,
      @Nullable Details details,
      @Nullable String hint,
      Map<String, String> headers) {

    static ErrorText of(int status, String code, String message) {
      return new ErrorText(status, null, code, message, null, null, Map.of());
    }

    ErrorText details(@Nullable String text) {
      var details = text == null ? null : new Details.Text(text);
      return new ErrorText(status, reason, code, message, details, hint, headers);
    }

    ErrorText hint(@Nullable String text) {
      return new ErrorText(status, reason, code, message, details, text, headers);
    }

    ErrorText header(String name, String value) {
      return new ErrorText(status, reason, code, message, details, hint, Map.of(name, value));
    }
  }

  /// Details are text, or JSON where they list things.
  sealed interface Details {
    record Text(String text) implements Details {}

    record Json(String json) implements Details {}
  }

  static ErrorText of(DataError error) {
    return switch (error) {
      case DataError.QuerySyntax(var message, var details) ->
          ErrorText.of(400, "PGRST100", message).details(details);
      case DataError.QueryTooComplex(var what, var limit) ->
          ErrorText.of(400, "PGRST100", "The query is too complex")
              .details("The " + what + " is limited to " + limit);
      // no code of PostgREST's says this; the state is Postgres's own for a full disk
      case DataError.LargeAnswersWait _ ->
          ErrorText.of(503, "53100", "Too many large answers wait for their readers");
      case DataError.AnswerTooLarge(var bytes) ->
          ErrorText.of(413, "54000", "The answer is too large and nothing was changed")
              .details("It has " + bytes + " bytes; ask for fewer rows or for return=minimal");
      case DataError.RoutineMethod(var method) ->
          ErrorText.of(405, "PGRST101", "Cannot use the " + method + " method on RPC");
      case DataError.InvalidBody(var message) -> ErrorText.of(400, "PGRST102", message);
      case DataError.RangeUnsatisfiable(var problem) ->
          ErrorText.of(416, "PGRST103", "Requested range not satisfiable").details(of(problem));
      case DataError.UpsertFilters _ ->
          ErrorText.of(
              405,
              "PGRST105",
              "Filters must include all and only primary key columns with 'eq' operators");
      case DataError.SchemaNotExposed(var schema, var exposed) ->
          ErrorText.of(406, "PGRST106", "Invalid schema: " + schema)
              .hint("Only the following schemas are exposed: " + String.join(", ", exposed));
      case DataError.NotAcceptable(var wanted) ->
          ErrorText.of(
              406,
              "PGRST107",
              "None of these media types are available: " + String.join(", ", wanted));
      case DataError.NotEmbedded notEmbedded -> notEmbedded(notEmbedded);
      case DataError.DuplicateEmbed(var join) ->
          ErrorText.of(400, "42712", "table name \"" + join + "\" specified more than once");
      case DataError.HeadersSetting _ ->
          ErrorText.of(
              500,
              "PGRST111",
              "response.headers guc must be a JSON array composed of objects with a single key and"
                  + " a string value");
      case DataError.StatusSetting _ ->
          ErrorText.of(500, "PGRST112", "response.status guc must be a valid status code");
      case DataError.UpsertRange _ ->
          ErrorText.of(
              400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT");
      case DataError.UpsertKeyMismatch _ ->
          ErrorText.of(400, "PGRST115", "Payload values do not match URL in primary key column(s)");
      case DataError.NotSingular(var rows) ->
          ErrorText.of(406, "PGRST116", "Cannot coerce the result to a single JSON object")
              .details("The result contains " + rows + " rows");
      case DataError.MethodNotSupported(var method) ->
          ErrorText.of(405, "PGRST117", "Unsupported HTTP method: " + method);
      case DataError.OrderNotToOne(var origin, var target) ->
          ErrorText.of(400, "PGRST118", "A related order on '" + target + "' is not possible")
              .details(
                  "'"
                      + origin
                      + "' and '"
                      + target
                      + "' do not form a many-to-one or one-to-one relationship");
      case DataError.RaiseUnreadable(var part) -> raise(part);
      case DataError.InvalidPreferences(var preferences) ->
          ErrorText.of(400, "PGRST122", "Invalid preferences given with handling=strict")
              .details("Invalid preferences: " + String.join(", ", preferences));
      case DataError.AggregatesDisabled _ ->
          ErrorText.of(400, "PGRST123", "Use of aggregate functions is not allowed");
      case DataError.TooManyAffected(var rows) ->
          ErrorText.of(400, "PGRST124", "Query result exceeds max-affected preference constraint")
              .details("The query affects " + rows + " rows");
      case DataError.InvalidPath _ ->
          ErrorText.of(404, "PGRST125", "Invalid path specified in request URL");
      case DataError.DescriptionDisabled _ ->
          ErrorText.of(404, "PGRST126", "Root endpoint metadata is disabled");
      case DataError.NotImplemented(var what) ->
          ErrorText.of(400, "PGRST127", "Feature not implemented").details(what);
      case DataError.AffectedNeedsSet _ ->
          ErrorText.of(
              400,
              "PGRST128",
              "Function must return SETOF or TABLE when max-affected preference is used with"
                  + " handling=strict");
      case DataError.FilterRequired(var verb) ->
          ErrorText.of(400, "21000", verb + " requires a WHERE clause");
      case DataError.NoRelationship none -> noRelationship(none);
      case DataError.AmbiguousRelationship many -> ambiguous(many);
      case DataError.NoRoutine none -> noRoutine(none);
      case DataError.AmbiguousRoutine(var signatures) ->
          ErrorText.of(
                  300,
                  "PGRST203",
                  "Could not choose the best candidate function between: "
                      + String.join(", ", signatures))
              .hint(
                  "Try renaming the parameters or the function itself in the database so function"
                      + " overloading can be resolved");
      case DataError.NoColumn(var relation, var column) ->
          ErrorText.of(
              400,
              "PGRST204",
              "Could not find the '"
                  + column
                  + "' column of '"
                  + relation
                  + "' in the schema cache");
      case DataError.NoRelation(var schema, var name, var suggestion) ->
          ErrorText.of(
                  404,
                  "PGRST205",
                  "Could not find the table '" + schema + "." + name + "' in the schema cache")
              .hint(
                  suggestion == null
                      ? null
                      : "Perhaps you meant the table '" + schema + "." + suggestion + "'");
      case DataError.Database database -> SqlStates.text(database);
      case DataError.CatalogMissing _ ->
          ErrorText.of(
              503, "PGRST002", "Could not query the database for the schema cache. Retrying.");
    };
  }

  private static String of(RangeProblem problem) {
    return switch (problem) {
      case RangeProblem.NegativeLimit _ -> "Limit should be greater than or equal to zero.";
      case RangeProblem.LowerAboveUpper _ ->
          "The lower boundary must be lower than or equal to the upper boundary in the Range"
              + " header.";
      case RangeProblem.OutOfBounds(var offset, var total) ->
          "An offset of " + offset + " was requested, but there are only " + total + " rows.";
    };
  }

  private static ErrorText notEmbedded(DataError.NotEmbedded error) {
    var name = error.resource();
    var text =
        ErrorText.of(400, "PGRST108", "'" + name + "' is not an embedded resource in this request");
    return error.alias() == null
        ? text.hint("Verify that '" + name + "' is included in the 'select' query parameter.")
        : text.details("Target names are not allowed in filters if they have an alias")
            .hint("Change '" + name + "' to '" + error.alias() + "' in filters, orders or limits.");
  }

  private static ErrorText raise(RaisePart part) {
    var error =
        ErrorText.of(
            500, "PGRST121", "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error");
    var forDetail =
        "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key:"
            + " 'status_text'.";
    return switch (part) {
      case RaisePart.Message(var text) ->
          error
              .details("Invalid JSON value for MESSAGE: '" + text + "'")
              .hint(
                  "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and"
                      + " optional keys: 'details', 'hint'.");
      case RaisePart.Detail(var text) ->
          error.details("Invalid JSON value for DETAIL: '" + text + "'").hint(forDetail);
      case RaisePart.NoDetail _ ->
          error.details("DETAIL is missing in the RAISE statement").hint(forDetail);
    };
  }

  private static ErrorText noRelationship(DataError.NoRelationship none) {
    var hint = none.hint() == null ? "" : "' using the hint '" + none.hint();
    return ErrorText.of(
            400,
            "PGRST200",
            "Could not find a relationship between '"
                + none.parent()
                + "' and '"
                + none.child()
                + "' in the schema cache")
        .details(
            "Searched for a foreign key relationship between '"
                + none.parent()
                + "' and '"
                + none.child()
                + hint
                + "' in the schema '"
                + none.schema()
                + "', but no matches were found.")
        .hint(none.suggestion());
  }

  private static ErrorText ambiguous(DataError.AmbiguousRelationship many) {
    var choices =
        many.candidates().stream().map(c -> "'" + many.child() + "!" + c.choice() + "'").toList();
    var text =
        ErrorText.of(
                300,
                "PGRST201",
                "Could not embed because more than one relationship was found for '"
                    + many.parent()
                    + "' and '"
                    + many.child()
                    + "'")
            .hint(
                "Try changing '"
                    + many.child()
                    + "' to one of the following: "
                    + String.join(", ", choices)
                    + ". Find the desired relationship in the 'details' key.");
    return new ErrorText(
        text.status(),
        null,
        text.code(),
        text.message(),
        new Details.Json(listed(many.candidates())),
        text.hint(),
        Map.of());
  }

  private static String listed(List<Candidate> candidates) {
    var objects =
        candidates.stream()
            .map(
                c -> {
                  var pairs = new LinkedHashMap<String, String>();
                  pairs.put("cardinality", c.cardinality());
                  pairs.put("embedding", c.embedding());
                  pairs.put("relationship", c.relationship());
                  return FlatJson.object(pairs);
                })
            .toList();
    return "[" + String.join(",", objects) + "]";
  }

  private static ErrorText noRoutine(DataError.NoRoutine none) {
    var function = none.schema() + "." + none.name();
    var names = String.join(", ", none.arguments());
    var bare = none.arguments().isEmpty();
    var raw =
        none.body() == RoutineBody.TEXT
            || none.body() == RoutineBody.XML
            || none.body() == RoutineBody.OCTETS;
    var shown = raw ? "" : bare ? " without parameters" : "(" + names + ")";
    var searched =
        bare
            ? " without parameters"
            : " with parameter" + (none.arguments().size() > 1 ? "s " : " ") + names;
    return ErrorText.of(
            404,
            "PGRST202",
            "Could not find the function " + function + shown + " in the schema cache")
        .details(
            "Searched for the function "
                + function
                + searched(none.body(), searched)
                + ", but no matches were found in the schema cache.")
        .hint(none.suggestion());
  }

  private static String searched(RoutineBody body, String arguments) {
    return switch (body) {
      case TEXT -> " with a single unnamed text parameter";
      case XML -> " with a single unnamed xml parameter";
      case OCTETS -> " with a single unnamed bytea parameter";
      case JSON -> arguments + " or with a single unnamed json/jsonb parameter";
      case NONE, OTHER -> arguments;
    };
  }
}
