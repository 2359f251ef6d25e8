package io.stabbur.auth.token;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.Audit;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Fields;
import io.stabbur.auth.Replies;
import io.stabbur.auth.Visit;
import io.stabbur.auth.Visits;
import io.stabbur.identity.Caller;
import io.stabbur.project.Project;
import io.stabbur.project.SigningAlgorithm;
import io.stabbur.project.SigningKeyStore;

/// The keys tokens are signed with, for administrators: listed, rotated, revoked. No answer holds a
/// private half.
@Controller("/auth/v1/admin/signing-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminKeysController {
  private final Visits visits;
  private final Bearers bearers;
  private final Audit audit;

  AdminKeysController(Visits visits, Bearers bearers, Audit audit) {
    this.visits = visits;
    this.bearers = bearers;
    this.audit = audit;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    return listed(admin(caller, request).project());
  }

  @Post("/rotate")
  @Consumes("*/*")
  HttpResponse<?> rotate(Caller caller, HttpRequest<byte[]> request) {
    var visit = admin(caller, request);
    var project = visit.project();
    var body = io.stabbur.auth.Body.parseOrEmpty(request.getBody().orElse(null));
    var wanted = body.maybeText("algorithm");
    SigningKeyStore.of(project).rotate(wanted.map(AdminKeysController::algorithm));
    audit.writeDone(visit, Audit.Action.SIGNING_KEY_ROTATED, new Fields());
    return listed(project);
  }

  @Post("/{id}/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, String id) {
    var visit = admin(caller, request);
    var project = visit.project();
    if (!SigningKeyStore.of(project).revoke(id)) {
      throw AuthError.notFound(
          AuthCode.VALIDATION_FAILED, "There is no such key, or it signs now: rotate first");
    }
    audit.writeDone(visit, Audit.Action.SIGNING_KEY_REVOKED, new Fields().put("id", id));
    return listed(project);
  }

  private static SigningAlgorithm algorithm(String name) {
    return SigningAlgorithm.named(name)
        .orElseThrow(() -> AuthError.invalid("algorithm must be ES256, RS256, EdDSA or HS256"));
  }

  private Visit admin(Caller caller, HttpRequest<?> request) {
    var visit = visits.of(caller, request);
    bearers.requireAdmin(visit);
    return visit;
  }

  private static HttpResponse<?> listed(Project project) {
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
    return Replies.json(new Fields().put("keys", JsonNode.createArrayNode(keys)).node());
  }
}
