package io.stabbur.auth.admin;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.account.User;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// `/admin/users`: for the project's own administrators.
@Controller("/auth/v1/admin/users")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminUsersController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final AdminUsers users;

  AdminUsersController(AuthRequests authRequests, Bearers bearers, AdminUsers users) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.users = users;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    var authRequest = admin(caller, request);
    var paging = Paging.of(request.getParameters());
    var parameters = request.getParameters();
    var page =
        users.list(
            authRequest,
            paging.page(),
            paging.perPage(),
            parameters.getFirst("filter").orElse(""),
            parameters.getFirst("sort").orElse(""));
    var body =
        new Fields()
            .put("users", JsonNode.createArrayNode(page.users().stream().map(User::json).toList()))
            .put("aud", authRequest.audience());
    return paging.headers(
        Replies.json(body.node()),
        authRequest.project().publicUrl() + request.getPath(),
        page.total());
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> create(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return Replies.json(users.create(admin(caller, request), JsonBody.parse(bytes)).json());
  }

  @Get("/{id}")
  HttpResponse<?> get(Caller caller, HttpRequest<?> request, String id) {
    return Replies.json(users.get(admin(caller, request), id).json());
  }

  @Put("/{id}")
  @Consumes("*/*")
  HttpResponse<?> update(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    return Replies.json(users.update(admin(caller, request), id, JsonBody.parse(bytes)).json());
  }

  @Delete("/{id}")
  @Consumes("*/*")
  HttpResponse<?> delete(Caller caller, HttpRequest<byte[]> request, String id) {
    var body = JsonBody.parseOrEmpty(request.getBody().orElse(null));
    users.delete(admin(caller, request), id, body.flag("should_soft_delete", false));
    return Replies.empty();
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    return authRequest;
  }
}
