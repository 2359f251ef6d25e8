package io.stabbur.auth.factor;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Factor;
import io.stabbur.auth.admin.AdminUsers;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import java.util.UUID;

/// Users' factors as administrators see, rename and remove them.
@Controller("/auth/v1/admin/users/{user}/factors")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminFactorsController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final AdminUsers users;
  private final Audit audit;

  AdminFactorsController(
      AuthRequests authRequests, Bearers bearers, AdminUsers users, Audit audit) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.users = users;
    this.audit = audit;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request, String user) {
    var factors = users.get(admin(caller, request), user).factors();
    return Replies.json(JsonNode.createArrayNode(factors.stream().map(Factor::json).toList()));
  }

  @Put("/{factor}")
  @Consumes("*/*")
  HttpResponse<?> rename(
      Caller caller,
      HttpRequest<?> request,
      String user,
      String factor,
      @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    var name = JsonBody.parse(bytes).text("friendly_name");
    var found = find(authRequest, user, factor);
    authRequest.write(
        tx -> {
          new Challenges(tx).rename(found.id(), name);
          audit.write(
              tx, authRequest, Audit.Action.FACTOR_UPDATED, null, Factors.named(found.id()));
          return true;
        });
    return Replies.json(find(authRequest, user, factor).json());
  }

  @Delete("/{factor}")
  HttpResponse<?> delete(Caller caller, HttpRequest<?> request, String user, String factor) {
    var authRequest = admin(caller, request);
    var found = find(authRequest, user, factor);
    authRequest.write(
        tx -> {
          Factors.remove(tx, found);
          audit.write(
              tx, authRequest, Audit.Action.FACTOR_DELETED, null, Factors.named(found.id()));
          return true;
        });
    return Replies.json(found.json());
  }

  private Factor find(AuthRequest authRequest, String user, String factor) {
    UUID id = Factors.uuid(factor);
    return users.get(authRequest, user).factors().stream()
        .filter(f -> f.id().equals(id))
        .findFirst()
        .orElseThrow(Factors::noFactor);
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }
}
