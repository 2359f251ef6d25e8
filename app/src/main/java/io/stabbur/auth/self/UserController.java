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
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// What people do with their own account: see it, change it, leave.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class UserController {
  private final Visits visits;
  private final RequestLimits limits;
  private final OwnAccount account;
  private final UserUpdate update;

  UserController(Visits visits, RequestLimits limits, OwnAccount account, UserUpdate update) {
    this.visits = visits;
    this.limits = limits;
    this.account = account;
    this.update = update;
  }

  @Get("/user")
  HttpResponse<?> user(Caller caller, HttpRequest<?> request) {
    return Replies.json(account.user(visits.of(caller, request)).json());
  }

  @Put("/user")
  @Consumes("*/*")
  HttpResponse<?> update(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var visit = visits.of(caller, request);
    limits.take(visit, RequestLimits.Kind.USER);
    return Replies.json(update.update(visit, JsonBody.parse(bytes)).json());
  }

  @Post("/logout")
  @Consumes("*/*")
  HttpResponse<?> logout(
      Caller caller, HttpRequest<?> request, @Nullable @QueryValue("scope") String scope) {
    account.logout(visits.of(caller, request), scope == null ? "global" : scope);
    return HttpResponse.noContent();
  }

  @Get("/reauthenticate")
  HttpResponse<?> reauthenticate(Caller caller, HttpRequest<?> request) {
    account.reauthenticate(visits.of(caller, request));
    return Replies.empty();
  }
}
