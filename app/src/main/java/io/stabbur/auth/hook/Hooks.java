package io.stabbur.auth.hook;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthMeters;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Asks the project's own functions. A function in Postgres is part of the transaction and has two
/// seconds; an address is called with a signed request, and only so many at a time while the
/// transaction waits, for each of those holds a connection to the database.
@Singleton
public final class Hooks {
  /// The points at which a project may be asked.
  public enum Point {
    CUSTOM_ACCESS_TOKEN,
    PASSWORD_VERIFICATION_ATTEMPT,
    MFA_VERIFICATION_ATTEMPT,
    SEND_SMS,
    SEND_EMAIL,
    BEFORE_USER_CREATED,
    AFTER_USER_CREATED;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String TIME_LIMIT = "2s";

  /// Sets the limit of a hook, and answers the one before it.
  private static final Statement LIMIT =
      Statement.of(
          "select current_setting('statement_timeout'), set_config('statement_timeout', ?, true)",
          TIME_LIMIT);

  private static final Map<AuthCode, Integer> FAULTS =
      Map.of(
          AuthCode.HOOK_TIMEOUT, 504,
          AuthCode.HOOK_TIMEOUT_AFTER_RETRY, 504,
          AuthCode.HOOK_PAYLOAD_OVER_SIZE_LIMIT, 500,
          AuthCode.HOOK_PAYLOAD_INVALID_CONTENT_TYPE, 500);
  private final Map<Point, HookSettings> configured = new EnumMap<>(Point.class);
  private final HookCalls calls;
  private final AuthMeters meters;

  Hooks(List<HookSettings> settings, HookCalls calls, AuthMeters meters) {
    this.meters = meters;
    this.calls = calls;
    for (var hook : settings) {
      var point = Point.valueOf(hook.name().toUpperCase(Locale.ROOT).replace('-', '_'));
      if (hook.isOn()) {
        configured.put(point, hook);
      }
    }
  }

  /// Whether the project has something to say at this point.
  public boolean listens(Point point) {
    return configured.containsKey(point);
  }

  /// The answer, or nothing when the point is not configured. What the hook refuses is thrown.
  public Optional<JsonNode> ask(
      Transaction tx, AuthRequest authRequest, Point point, Fields input) {
    var hook = configured.get(point);
    return hook == null
        ? Optional.empty()
        : Optional.of(answer(tx, authRequest, point, hook, input));
  }

  /// Whether the point is served by an address, which needs no transaction.
  public boolean isRemote(Point point) {
    var hook = configured.get(point);
    return hook != null && !isInDatabase(hook);
  }

  /// Hands something to an address outside any transaction; what it refuses is thrown.
  public void tell(AuthRequest authRequest, Point point, Fields input) {
    var hook = configured.get(point);
    if (hook != null) {
      input.put("metadata", metadata(authRequest, point));
      var _ =
          checked(
              point.wire(),
              meters.hook(
                  authRequest.project(),
                  point.wire(),
                  () ->
                      faults(
                          () ->
                              calls.post(point.wire(), hook.uri(), hook.secret(), input.node()))));
    }
  }

  /// A hook that is slow or broken is a fault of the server's, with the original's code: clients
  /// end a session that cannot be refreshed for a fault of their own.
  private static JsonNode faults(Supplier<JsonNode> call) {
    try {
      return call.get();
    } catch (ApiException e) {
      throw switch (e.error()) {
        case AuthError.Refused(int status, var code, var message) ->
            AuthError.refuse(FAULTS.getOrDefault(code, status), code, message);
        default -> e;
      };
    }
  }

  private static boolean isInDatabase(HookSettings hook) {
    return "pg-functions".equals(hook.uri().getScheme());
  }

  private JsonNode answer(
      Transaction tx, AuthRequest authRequest, Point point, HookSettings hook, Fields input) {
    input.put("metadata", metadata(authRequest, point));
    var uri = hook.uri();
    var answer =
        isInDatabase(hook)
            ? inDatabase(tx, point.wire(), uri, input.node())
            : meters.hook(
                authRequest.project(),
                point.wire(),
                () ->
                    faults(
                        () ->
                            calls.postHoldingConnection(
                                authRequest.project(),
                                point.wire(),
                                uri,
                                hook.secret(),
                                input.node())));
    return checked(point.wire(), answer);
  }

  /// A function that is asked by its well-known name, without any setting, if it is there; whether
  /// it is, is asked with the next statement.
  public Named named(Transaction tx, String schema, String function) {
    return new Named(tx, schema, function, exists(tx, schema, function));
  }

  /// A function that may be there.
  ///
  /// @param exists whether it is, and may be called
  public record Named(Transaction tx, String schema, String function, Supplier<Boolean> exists) {
    /// The answer, or nothing where there is no such function. What it refuses is thrown.
    public Optional<JsonNode> ask(AuthRequest authRequest, Fields input) {
      if (!exists.get()) {
        return Optional.empty();
      }
      input.put("metadata", metadata(authRequest, Point.CUSTOM_ACCESS_TOKEN));
      return Optional.of(
          checked(function, call(tx, schema, function, schema + "." + function, input.node())));
    }
  }

  private static JsonNode inDatabase(Transaction tx, String name, URI uri, JsonNode input) {
    var path = uri.getPath().split("/", -1);
    if (path.length != 3) {
      throw AuthError.unexpected(
          "The hook " + name + " needs pg-functions://postgres/<schema>/<function>");
    }
    return call(tx, path[1], path[2], name, input);
  }

  private static JsonNode call(
      Transaction tx, String schema, String function, String name, JsonNode input) {
    // with all that waits: what fails of it is none of the hook's faults
    var before = tx.first(LIMIT, row -> row.getString(1)).orElseThrow();
    try {
      var answer =
          tx.query(
              new SqlText()
                  .add("select ")
                  .name(schema)
                  .add(".")
                  .name(function)
                  .add("(")
                  .value(new Jsonb(Json.write(input)))
                  .add(")::text")
                  .statement(),
              rows ->
                  rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.<String>empty());
      tx.later(Statement.of("select set_config('statement_timeout', ?, true)", before));
      return answer.map(Json::parse).orElseGet(() -> new Fields().node());
    } catch (ApiException e) {
      throw explained(name, e);
    }
  }

  private static ApiException explained(String name, ApiException e) {
    return switch (e.error()) {
      case Failure.Database(var state, _, _, _, _) when state.equals("57014") ->
          AuthError.refuse(
              504,
              AuthCode.HOOK_TIMEOUT,
              "The hook " + name + " did not answer within " + TIME_LIMIT);
      case Failure.Database(var state, var message, _, _, _) ->
          AuthError.unexpected("The hook " + name + " failed: " + message + " (" + state + ")");
      default -> e;
    };
  }

  /// A hook refuses by answering with an error and the status it wants.
  private static JsonNode checked(String name, JsonNode answer) {
    var error = answer.isObject() ? answer.get("error") : null;
    if (error == null || !error.isObject()) {
      return answer;
    }
    var body = new JsonBody(error);
    var status = error.get("http_code");
    int code = status != null && status.isNumber() ? status.getIntValue() : 500;
    var message = body.text("message");
    throw new ApiException(
        new AuthError.Refused(
            code >= 400 && code < 600 ? code : 500,
            code == 429 ? AuthCode.OVER_REQUEST_RATE_LIMIT : AuthCode.UNEXPECTED_FAILURE,
            message.isEmpty() ? "The hook " + name + " refused" : message));
  }

  private static Supplier<Boolean> exists(Transaction tx, String schema, String function) {
    return tx.later(
        Statement.of(
            """
            select exists (
              select 1 from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
              where n.nspname = ? and p.proname = ? and p.pronargs = 1
                and p.proargtypes[0] = 'jsonb'::regtype
                and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute'))\
            """,
            schema,
            function),
        rows -> rows.next() && rows.getBoolean(1));
  }

  private static JsonNode metadata(AuthRequest authRequest, Point point) {
    return new Fields()
        .put("uuid", java.util.UUID.randomUUID().toString())
        .put("time", authRequest.now().toString())
        .put("name", point.wire())
        .put("ip_address", authRequest.ip())
        .node();
  }
}
