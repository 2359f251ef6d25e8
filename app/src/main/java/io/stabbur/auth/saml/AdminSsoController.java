package io.stabbur.auth.saml;

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
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import org.jspecify.annotations.Nullable;

/// Identity providers, for administrators.
@Controller("/auth/v1/admin/sso/providers")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminSsoController {
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final SamlFlow flow;
  private final SsoAdministration administration;

  AdminSsoController(
      AuthRequests authRequests, Bearers bearers, SamlFlow flow, SsoAdministration administration) {
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.flow = flow;
    this.administration = administration;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    var items = administration.all(admin(caller, request));
    return Replies.json(new Fields().put("items", JsonNode.createArrayNode(items)).node());
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> create(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    return Replies.json(administration.create(authRequest, JsonBody.parse(bytes))).status(201);
  }

  @Get("/{id}")
  HttpResponse<?> get(Caller caller, HttpRequest<?> request, String id) {
    return Replies.json(administration.get(admin(caller, request), id));
  }

  @Put("/{id}")
  @Consumes("*/*")
  HttpResponse<?> update(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    return Replies.json(administration.update(authRequest, id, JsonBody.parse(bytes)));
  }

  @Delete("/{id}")
  HttpResponse<?> delete(Caller caller, HttpRequest<?> request, String id) {
    return Replies.json(administration.delete(admin(caller, request), id));
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    flow.requireEnabled();
    return authRequest;
  }
}
