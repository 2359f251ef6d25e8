package io.stabbur.auth.factor;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// `/factors`: a user's own second factors.
@Controller("/auth/v1/factors")
@Consumes("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class FactorController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final Factors factors;

  FactorController(AuthRequests authRequests, RequestLimits limits, Factors factors) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.factors = factors;
  }

  @Post
  HttpResponse<?> enroll(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return Replies.json(factors.enroll(authRequests.of(caller, request), JsonBody.parse(bytes)));
  }

  @Post("/{id}/challenge")
  HttpResponse<?> challenge(Caller caller, HttpRequest<byte[]> request, String id) {
    var body = JsonBody.parseOrEmpty(request.getBody().orElse(null));
    return Replies.json(factors.challenge(limited(caller, request), id, body));
  }

  @Post("/{id}/verify")
  HttpResponse<?> verify(
      Caller caller, HttpRequest<?> request, String id, @Body byte @Nullable [] bytes) {
    return Replies.session(factors.verify(limited(caller, request), id, JsonBody.parse(bytes)));
  }

  @Delete("/{id}")
  HttpResponse<?> unenroll(Caller caller, HttpRequest<?> request, String id) {
    return Replies.json(factors.unenroll(authRequests.of(caller, request), id));
  }

  private AuthRequest limited(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.FACTOR);
    return authRequest;
  }
}
