package io.stabbur.auth.application;

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
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Tokens of programs, for administrators: made, listed with their last use, revoked. The text of a
/// token is told once, when it is made.
@Controller("/auth/v1/admin/application-tokens")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminApplicationTokensController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final NewApplicationTokens newTokens;
  private final Audit audit;

  AdminApplicationTokensController(
      AuthRequests authRequests, Bearers bearers, NewApplicationTokens newTokens, Audit audit) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.newTokens = newTokens;
    this.audit = audit;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    var tokens = admin(caller, request).read(tx -> new ApplicationTokens(tx).all());
    var nodes = tokens.stream().map(token -> token.fields().node()).toList();
    return Replies.json(new Fields().put("tokens", JsonNode.createArrayNode(nodes)).node());
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> create(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var made = newTokens.make(admin(caller, request), JsonBody.parse(bytes));
    return Replies.json(made.node()).header("Cache-Control", "no-store");
  }

  @Post("/{id}/revoke")
  @Consumes("*/*")
  HttpResponse<?> revoke(Caller caller, HttpRequest<?> request, String id) {
    var authRequest = admin(caller, request);
    var uuid = uuid(id);
    if (!authRequest.write(tx -> revoke(tx, authRequest, uuid))) {
      throw unknown();
    }
    return list(caller, request);
  }

  private boolean revoke(Transaction tx, AuthRequest authRequest, UUID id) {
    boolean revoked = new ApplicationTokens(tx).revoke(id, authRequest.now());
    if (revoked) {
      var traits = new Fields().put("id", id.toString()).node();
      audit.write(tx, authRequest, Audit.Action.APPLICATION_TOKEN_REVOKED, null, traits);
    }
    return revoked;
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }

  private static UUID uuid(String id) {
    return Uuids.parse(id).orElseThrow(() -> unknown());
  }

  private static ApiException unknown() {
    return AuthError.notFound(AuthCode.VALIDATION_FAILED, "There is no such active token");
  }
}
