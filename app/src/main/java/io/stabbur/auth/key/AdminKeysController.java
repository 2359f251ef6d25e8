package io.stabbur.auth.key;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
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
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.BroughtKeys;
import io.stabbur.project.Project;
import io.stabbur.project.SigningAlgorithm;
import io.stabbur.project.SigningKeyStore;

/// The keys tokens are signed with, for administrators: listed, rotated, revoked. No answer holds a
/// private half, but for the one that made a shared secret: back ends are given it.
@Controller("/auth/v1/admin/signing-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminKeysController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final Audit audit;

  AdminKeysController(AuthRequests authRequests, Bearers bearers, Audit audit) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.audit = audit;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    return Replies.json(listed(admin(caller, request).project()).node());
  }

  @Post("/rotate")
  @Consumes("*/*")
  HttpResponse<?> rotate(Caller caller, HttpRequest<byte[]> request) {
    var authRequest = admin(caller, request);
    var project = authRequest.project();
    var body = JsonBody.parseOrEmpty(request.getBody().orElse(null));
    var wanted = body.maybeText("algorithm");
    var made = SigningKeyStore.of(project).rotate(wanted.map(AdminKeysController::algorithm));
    audit.writeDone(authRequest, Audit.Action.SIGNING_KEY_ROTATED, new Fields());
    var listed = listed(project);
    made.secret().ifPresent(secret -> listed.put("secret", secret.reveal()));
    return Replies.json(listed.node());
  }

  /// Takes keys over from another installation: `{"keys": [JWK, …]}`, or one JWK.
  @Post("/import")
  @Consumes("*/*")
  HttpResponse<?> take(Caller caller, HttpRequest<byte[]> request) {
    var authRequest = admin(caller, request);
    var project = authRequest.project();
    var body = JsonBody.parse(request.getBody().orElse(null));
    var brought = brought(body);
    SigningKeyStore.of(project).take(brought);
    for (var key : brought.keys()) {
      var traits = new Fields().put("id", key.jwk().getKeyID());
      audit.writeDone(authRequest, Audit.Action.SIGNING_KEY_IMPORTED, traits);
    }
    return Replies.json(listed(project).node());
  }

  private static BroughtKeys brought(JsonBody body) {
    try {
      return BroughtKeys.parse(Json.write(body.json()));
    } catch (StartFailure e) {
      throw AuthError.invalid(String.valueOf(e.getMessage()));
    }
  }

  @Post("/{id}/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, String id) {
    var authRequest = admin(caller, request);
    var project = authRequest.project();
    if (!SigningKeyStore.of(project).revoke(id)) {
      throw AuthError.notFound(
          AuthCode.VALIDATION_FAILED, "There is no such key, or it signs now: rotate first");
    }
    audit.writeDone(authRequest, Audit.Action.SIGNING_KEY_REVOKED, new Fields().put("id", id));
    return Replies.json(listed(project).node());
  }

  private static SigningAlgorithm algorithm(String name) {
    return SigningAlgorithm.named(name)
        .orElseThrow(() -> AuthError.invalid("algorithm must be ES256, RS256, EdDSA or HS256"));
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }

  private static Fields listed(Project project) {
    var keys =
        SigningKeyStore.of(project).now().keys().stream()
            .map(
                key ->
                    new Fields()
                        .put("id", key.id())
                        .put("algorithm", key.algorithm().wire())
                        .put("state", key.state().wire())
                        .put("created_at", key.createdAt().toString())
                        .node())
            .toList();
    return new Fields().put("keys", JsonNode.createArrayNode(keys));
  }
}
