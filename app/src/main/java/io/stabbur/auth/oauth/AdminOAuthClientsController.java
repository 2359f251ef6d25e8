package io.stabbur.auth.oauth;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
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

/// `/admin/oauth/clients`: the programs that may sign people in, for administrators.
@Controller("/auth/v1/admin/oauth/clients")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AdminOAuthClientsController {
  private final OAuthServer server;
  private final AuthRequests authRequests;
  private final Bearers bearers;
  private final ClientRegistration registration;

  AdminOAuthClientsController(
      OAuthServer server,
      AuthRequests authRequests,
      Bearers bearers,
      ClientRegistration registration) {
    this.server = server;
    this.authRequests = authRequests;
    this.bearers = bearers;
    this.registration = registration;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    var clients = JsonNode.createArrayNode(registration.all(admin(caller, request)));
    return Replies.json(new Fields().put("clients", clients).node());
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> register(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    return Replies.json(registration.register(authRequest, JsonBody.parse(bytes)))
        .header("Cache-Control", "no-store")
        .status(HttpStatus.CREATED);
  }

  @Get("/{id}")
  HttpResponse<?> get(Caller caller, HttpRequest<?> request, String id) {
    return Replies.json(registration.get(admin(caller, request), id));
  }

  @Put("/{id}")
  @Consumes("*/*")
  HttpResponse<?> update(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    var authRequest = admin(caller, request);
    return Replies.json(registration.update(authRequest, id, JsonBody.parse(bytes)));
  }

  @Delete("/{id}")
  @Consumes("*/*")
  HttpResponse<?> delete(Caller caller, HttpRequest<?> request, String id) {
    registration.delete(admin(caller, request), id);
    return HttpResponse.noContent();
  }

  @Post("/{id}/regenerate_secret")
  @Consumes("*/*")
  HttpResponse<?> renewSecret(Caller caller, HttpRequest<?> request, String id) {
    return Replies.json(registration.renewSecret(admin(caller, request), id))
        .header("Cache-Control", "no-store");
  }

  private AuthRequest admin(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    bearers.requireAdmin(authRequest);
    server.requireEnabled();
    return authRequest;
  }
}
