package io.stabbur.auth.key;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.ProjectIdentity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// API keys, for administrators. The text of a secret key is told once, when it is made.
@Controller("/auth/v1/admin/api-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ApiKeysController {
  private static final int LONGEST_NAME = 100;
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final Audit audit;

  ApiKeysController(AuthRequests authRequests, Bearers bearers, Audit audit) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.audit = audit;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    return listed(store(admin(caller, request)));
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> create(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    var body = JsonBody.parse(bytes);
    var kind = kind(body);
    var name = name(body);
    if (!store(authRequest).makes(kind)) {
      throw AuthError.unprocessable(AuthCode.VALIDATION_FAILED, unsigned(kind));
    }
    return told(authRequest, Audit.Action.API_KEY_CREATED, store(authRequest).create(kind, name));
  }

  @Post("/rotate")
  @Consumes("*/*")
  HttpResponse<?> rotate(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    var kind = kind(JsonBody.parse(bytes));
    if (!store(authRequest).makes(kind)) {
      throw AuthError.unprocessable(AuthCode.VALIDATION_FAILED, unsigned(kind));
    }
    var made =
        store(authRequest).rotate(kind).orElseThrow(() -> AuthError.invalid(inSettings(kind)));
    return told(authRequest, Audit.Action.API_KEY_ROTATED, made);
  }

  @Post("/{id}/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, String id) {
    var authRequest = admin(caller, request);
    var uuid = uuid(id);
    return switch (store(authRequest).revoke(uuid)) {
      case DONE -> {
        audit.writeDone(authRequest, Audit.Action.API_KEY_REVOKED, traits(uuid));
        yield listed(store(authRequest));
      }
      case UNKNOWN -> throw unknown();
      case IN_USE ->
          throw AuthError.unprocessable(
              AuthCode.CONFLICT, "The appliance itself uses this key: rotate it first");
    };
  }

  /// Lets keys and tokens count that came with the dump of another database, and with `{"jobs":
  /// true}` its jobs and queued calls run.
  @Post("/confirm")
  @Consumes("*/*")
  HttpResponse<?> confirm(Caller caller, HttpRequest<byte[]> request) {
    var authRequest = admin(caller, request);
    var body = JsonBody.parseOrEmpty(request.getBody().orElse(null));
    store(authRequest).wake(ProjectIdentity.Part.CREDENTIALS);
    if (body.flag("jobs", false)) {
      store(authRequest).wake(ProjectIdentity.Part.WORK);
    }
    audit.writeDone(authRequest, Audit.Action.API_KEYS_CONFIRMED, new Fields());
    return listed(store(authRequest));
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }

  private static ApiKeyStore store(AuthRequest authRequest) {
    return ApiKeyStore.of(authRequest.project());
  }

  private static Fields traits(UUID key) {
    return new Fields().put("id", key.toString());
  }

  private static String unsigned(ApiKey.Kind kind) {
    return ("A key of type %s is signed with the project's secret, and this project has keys to"
            + " check signatures alone")
        .formatted(kind.wire());
  }

  private static ApiKey.Kind kind(JsonBody body) {
    return ApiKey.Kind.of(body.text("type"))
        .orElseThrow(
            () -> AuthError.invalid("type must be publishable, secret, anon or service_role"));
  }

  private static String name(JsonBody body) {
    var name = body.text("name").strip();
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw AuthError.invalid("name must have 1 to 100 characters");
    }
    return name;
  }

  private static UUID uuid(String id) {
    return Uuids.parse(id).orElseThrow(() -> unknown());
  }

  private static ApiException unknown() {
    return AuthError.notFound(AuthCode.VALIDATION_FAILED, "There is no such active key");
  }

  private static String inSettings(ApiKey.Kind kind) {
    return "The %s key is named in the settings: change it there".formatted(kind.wire());
  }

  private static HttpResponse<?> listed(ApiKeyStore store) {
    var keys = store.now().keys().stream().map(key -> fields(key).node()).toList();
    return Replies.json(new Fields().put("keys", JsonNode.createArrayNode(keys)).node());
  }

  private HttpResponse<?> told(
      AuthRequest authRequest, Audit.Action action, ApiKeyStore.Made made) {
    audit.writeDone(authRequest, action, traits(made.key().id()));
    return Replies.json(fields(made.key()).put("api_key", made.text().reveal()).node())
        .header("Cache-Control", "no-store");
  }

  private static Fields fields(ApiKey key) {
    return new Fields()
        .put("id", key.id().toString())
        .put("name", key.name())
        .put("type", key.kind().wire())
        .maybe("prefix", key.prefix())
        .maybe("api_key", key.publicKey())
        .put("created_at", key.createdAt().toString())
        .maybe("revoked_at", key.revokedAt())
        .put("asleep", key.isAsleep());
  }
}
