package io.stabbur.auth.self;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// What people do with their own account: see it, change it, leave.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class UserController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final OwnAccount account;
  private final UserUpdate update;

  UserController(
      AuthRequests authRequests, RequestLimits limits, OwnAccount account, UserUpdate update) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.account = account;
    this.update = update;
  }

  @Get("/user")
  HttpResponse<?> user(Caller caller, HttpRequest<?> request) {
    return Replies.json(account.user(authRequests.of(caller, request)).json());
  }

  @Put("/user")
  @Consumes("*/*")
  HttpResponse<?> update(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.USER);
    return Replies.json(update.update(authRequest, JsonBody.parse(bytes)).json());
  }

  @Post("/logout")
  @Consumes("*/*")
  HttpResponse<?> logout(
      Caller caller, HttpRequest<?> request, @Nullable @QueryValue("scope") String scope) {
    account.logout(authRequests.of(caller, request), scope == null ? "global" : scope);
    return HttpResponse.noContent();
  }

  @Get("/reauthenticate")
  HttpResponse<?> reauthenticate(Caller caller, HttpRequest<?> request) {
    account.reauthenticate(authRequests.of(caller, request));
    return Replies.empty();
  }
}
