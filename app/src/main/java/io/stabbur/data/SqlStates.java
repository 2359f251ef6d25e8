package io.stabbur.data;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.data.ErrorTexts.Details;
import io.stabbur.data.ErrorTexts.ErrorText;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.RaisePart;
import io.stabbur.data.error.DataError.Standing;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an error of Postgres is in HTTP: its SQLSTATE decides the status; two families of states
/// let SQL decide itself.
final class SqlStates {
  private SqlStates() {}

  static ErrorText text(DataError.Database error) {
    if (error.sqlState().equals("PGRST")) {
      return raised(error);
    }
    var status = status(error);
    var text =
        new ErrorText(
            status,
            error.sqlState().startsWith("PT") ? error.message() : null,
            error.sqlState(),
            error.message(),
            error.detail() == null ? null : new Details.Text(error.detail()),
            error.hint(),
            Map.of());
    return status == 401 ? text.header("WWW-Authenticate", "Bearer") : text;
  }

  private static int status(DataError.Database error) {
    var state = error.sqlState();
    var message = error.message();
    return switch (state) {
      case "23503", "23505" -> 409;
      case "25006" -> 405;
      case "21000" -> message.endsWith("requires a WHERE clause") ? 400 : 500;
      case "22023" -> message.startsWith("role") && message.endsWith("does not exist") ? 401 : 400;
      case "53400", "42P17" -> 500;
      case "57P01" -> 503;
      case "P0001" -> 400;
      case "42883" -> message.startsWith("function xmlagg(") ? 406 : 404;
      case "42P01" -> 404;
      case "42501" -> error.standing() == Standing.KNOWN ? 403 : 401;
      default -> state.startsWith("PT") ? ownStatus(state) : ofClass(state);
    };
  }

  private static int ownStatus(String state) {
    try {
      return Integer.parseInt(state.substring(2));
    } catch (NumberFormatException _) {
      return 500;
    }
  }

  private static int ofClass(String state) {
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08", "53" -> 503;
      case "0L", "0P", "28" -> 403;
      case "09",
          "25",
          "2D",
          "38",
          "39",
          "3B",
          "40",
          "54",
          "55",
          "57",
          "58",
          "F0",
          "HV",
          "P0",
          "XX" ->
          500;
      default -> 400;
    };
  }

  /// `RAISE SQLSTATE 'PGRST'`: the message and the detail are JSON that say the whole answer.
  private static ErrorText raised(DataError.Database error) {
    var message = object(error.message());
    if (message == null
        || Json.textOrNull(message, "code") == null
        || Json.textOrNull(message, "message") == null) {
      return unreadable(new RaisePart.Message(error.message()));
    }
    if (error.detail() == null) {
      return unreadable(new RaisePart.NoDetail());
    }
    var detail = object(error.detail());
    var status = detail == null ? null : detail.get("status");
    var headers = detail == null ? null : detail.get("headers");
    if (status == null || !status.isNumber() || headers == null || !headers.isObject()) {
      return unreadable(new RaisePart.Detail(error.detail()));
    }
    var details = Json.textOrNull(message, "details");
    return new ErrorText(
        status.getIntValue(),
        Json.textOrNull(detail, "status_text"),
        String.valueOf(Json.textOrNull(message, "code")),
        String.valueOf(Json.textOrNull(message, "message")),
        details == null ? null : new Details.Text(details),
        Json.textOrNull(message, "hint"),
        headers(headers));
  }

  private static ErrorText unreadable(RaisePart part) {
    return ErrorTexts.of(new DataError.RaiseUnreadable(part));
  }

  private static Map<String, String> headers(JsonNode object) {
    var headers = new LinkedHashMap<String, String>();
    for (var entry : object.entries()) {
      if (entry.getValue().isString()) {
        headers.put(entry.getKey(), entry.getValue().getStringValue());
      }
    }
    return headers;
  }

  private static @Nullable JsonNode object(String json) {
    try {
      var node = Json.parse(json);
      return node.isObject() ? node : null;
    } catch (ApiException _) {
      return null;
    }
  }
}
