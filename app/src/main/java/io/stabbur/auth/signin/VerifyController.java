package io.stabbur.auth.signin;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Head;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.mail.MailSettings;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Redirects;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;

/// `/verify`: links that are followed and codes that are typed in.
@Controller("/auth/v1/verify")
@ExecuteOn(TaskExecutors.BLOCKING)
final class VerifyController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final Verification verification;
  private final MailSettings mail;

  VerifyController(
      AuthRequests authRequests,
      RequestLimits limits,
      Verification verification,
      MailSettings mail) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.verification = verification;
    this.mail = mail;
  }

  @Get(headRoute = false)
  HttpResponse<?> follow(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.VERIFY);
    boolean asked = request.getParameters().getFirst("confirmed").isPresent();
    return mail.confirmPage() && !asked
        ? ContinuePage.of(request, authRequest)
        : follow(authRequest, parameter(request, "type"), token(request));
  }

  /// Mail systems look at links before people do; looking uses nothing up.
  @Head
  HttpResponse<?> look() {
    return HttpResponse.ok();
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> verify(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.VERIFY);
    return switch (verification.verify(authRequest, JsonBody.parse(bytes))) {
      case Verification.Outcome.SignedIn(var session, _) -> Replies.session(session);
      case Verification.Outcome.HalfWay(var message) ->
          Replies.json(new Fields().put("msg", message).put("code", "200").node());
      case Verification.Outcome.Code(var code) ->
          Replies.json(new Fields().put("code", code).node());
    };
  }

  private HttpResponse<?> follow(AuthRequest authRequest, String type, String token) {
    boolean pkce = token.startsWith("pkce_");
    try {
      return switch (verification.follow(authRequest, type, token)) {
        case Verification.Outcome.SignedIn(var session, var actual) ->
            Redirects.session(authRequest.redirectTo(), session, actual);
        case Verification.Outcome.Code(var code) -> Redirects.code(authRequest.redirectTo(), code);
        case Verification.Outcome.HalfWay(var message) ->
            Redirects.message(authRequest.redirectTo(), message, pkce);
      };
    } catch (ApiException e) {
      return Redirects.error(authRequest.redirectTo(), e, pkce);
    }
  }

  private static String token(HttpRequest<?> request) {
    var hash = parameter(request, "token_hash");
    return hash.isEmpty() ? parameter(request, "token") : hash;
  }

  private static String parameter(HttpRequest<?> request, String name) {
    return request.getParameters().getFirst(name).orElse("");
  }
}
