package io.stabbur.auth.oauth;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;

/// `/user/oauth/grants`: the programs somebody has let in, seen and taken back by themselves.
@Controller("/auth/v1/user/oauth/grants")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OAuthGrantsController {
  private final OAuthServer server;
  private final AuthRequests authRequests;
  private final ConsentFlow consent;

  OAuthGrantsController(OAuthServer server, AuthRequests authRequests, ConsentFlow consent) {
    this.server = server;
    this.authRequests = authRequests;
    this.consent = consent;
  }

  @Get
  HttpResponse<?> list(Caller caller, HttpRequest<?> request) {
    server.requireEnabled();
    return Replies.json(consent.grants(authRequests.of(caller, request)));
  }

  @Delete
  @Consumes("*/*")
  HttpResponse<?> revoke(
      Caller caller, HttpRequest<?> request, @Nullable @QueryValue("client_id") String client) {
    server.requireEnabled();
    if (client == null || client.isEmpty()) {
      throw AuthError.invalid("client_id query parameter is required");
    }
    consent.revoke(authRequests.of(caller, request), ClientRegistration.uuid(client));
    return HttpResponse.noContent();
  }
}
