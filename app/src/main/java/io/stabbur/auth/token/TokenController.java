package io.stabbur.auth.token;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Captcha;
import io.stabbur.auth.Replies;
import io.stabbur.auth.RequestLimits;
import io.stabbur.auth.Visit;
import io.stabbur.auth.Visits;
import io.stabbur.identity.Caller;
import java.util.List;

/// `POST /token`: every way to get a token without leaving the client.
@Controller("/auth/v1/token")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TokenController {
  private final Visits visits;
  private final RequestLimits limits;
  private final Captcha captcha;
  private final PasswordGrant password;
  private final RefreshGrant refresh;
  private final PkceGrant pkce;
  private final List<TokenGrant> others;

  TokenController(
      Visits visits,
      RequestLimits limits,
      Captcha captcha,
      PasswordGrant password,
      RefreshGrant refresh,
      PkceGrant pkce,
      List<TokenGrant> others) {
    this.visits = visits;
    this.limits = limits;
    this.captcha = captcha;
    this.password = password;
    this.refresh = refresh;
    this.pkce = pkce;
    this.others = others;
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> token(
      Caller caller,
      HttpRequest<?> request,
      @Nullable @QueryValue("grant_type") String grant,
      @Body byte @Nullable [] bytes) {
    var visit = visits.of(caller, request);
    limits.take(visit, RequestLimits.Kind.TOKEN);
    return grant(visit, grant == null ? "" : grant, io.stabbur.auth.Body.parse(bytes));
  }

  private HttpResponse<?> grant(Visit visit, String grant, io.stabbur.auth.Body body) {
    return switch (grant) {
      case "password" -> {
        captcha.check(visit, body);
        yield Replies.session(password.signIn(visit, body));
      }
      case "refresh_token" -> Replies.session(refresh.refresh(visit, body.text("refresh_token")));
      case "pkce" -> {
        var exchanged = pkce.exchange(visit, body);
        yield Replies.session(exchanged.session(), exchanged.fields());
      }
      default -> further(grant).grant(visit, body);
    };
  }

  private TokenGrant further(String name) {
    return others.stream()
        .filter(grant -> grant.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> AuthError.badRequest(AuthCode.INVALID_CREDENTIALS, "unsupported_grant_type"));
  }
}
