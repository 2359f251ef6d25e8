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
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Fields;
import io.stabbur.auth.Replies;
import io.stabbur.auth.Visits;
import io.stabbur.auth.token.Bearers;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// API keys, for administrators. The text of a secret key is told once, when it is made.
@Controller("/auth/v1/admin/api-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ApiKeysController {
  private static final int LONGEST_NAME = 100;
  private final Visits visits;
  private final Bearers bearers;

  ApiKeysController(Visits visits, Bearers bearers) {
    this.visits = visits;
    this.bearers = bearers;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    return listed(admin(caller, request));
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> create(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var store = admin(caller, request);
    var body = io.stabbur.auth.Body.parse(bytes);
    return told(store.create(kind(body), name(body)));
  }

  @Post("/rotate")
  @Consumes("*/*")
  HttpResponse<?> rotate(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var store = admin(caller, request);
    var kind = kind(io.stabbur.auth.Body.parse(bytes));
    return told(store.rotate(kind).orElseThrow(() -> AuthError.invalid(inSettings(kind))));
  }

  @Post("/{id}/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, String id) {
    var store = admin(caller, request);
    return switch (store.revoke(uuid(id))) {
      case DONE -> listed(store);
      case UNKNOWN -> throw unknown();
      case IN_USE ->
          throw AuthError.unprocessable(
              AuthCode.CONFLICT, "The appliance itself uses this key: rotate it first");
    };
  }

  private ApiKeyStore admin(Caller caller, HttpRequest<?> request) {
    var visit = visits.of(caller, request);
    bearers.requireAdmin(visit);
    return ApiKeyStore.of(visit.project());
  }

  private static ApiKey.Kind kind(io.stabbur.auth.Body body) {
    return ApiKey.Kind.of(body.text("type"))
        .orElseThrow(
            () -> AuthError.invalid("type must be publishable, secret, anon or service_role"));
  }

  private static String name(io.stabbur.auth.Body body) {
    var name = body.text("name").strip();
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw AuthError.invalid("name must have 1 to 100 characters");
    }
    return name;
  }

  private static UUID uuid(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException _) {
      throw unknown();
    }
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

  private static HttpResponse<?> told(ApiKeyStore.Made made) {
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
        .maybe("revoked_at", key.revokedAt());
  }
}
