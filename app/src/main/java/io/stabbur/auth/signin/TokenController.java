package io.stabbur.auth.signin;

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
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.guard.Captcha;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthMeters;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;
import io.stabbur.auth.request.Visits;
import io.stabbur.auth.session.RefreshGrant;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import java.util.List;
import java.util.Set;

/// `POST /token`: every way to get a token without leaving the client.
@Controller("/auth/v1/token")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TokenController {
  private static final Set<String> OWN = Set.of("password", "refresh_token", "pkce");

  private final AuthMeters meters;
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
      List<TokenGrant> others,
      AuthMeters meters) {
    this.meters = meters;
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
    var asked = grant == null ? "" : grant;
    var body = JsonBody.parse(bytes);
    return meters.signIn(visit.project(), known(asked), () -> grant(visit, asked, body));
  }

  private HttpResponse<?> grant(Visit visit, String grant, JsonBody body) {
    return switch (grant) {
      case "password" -> {
        captcha.check(visit, body);
        var entered = password.signIn(visit, body);
        yield Replies.session(entered.session(), entered.fields());
      }
      case "refresh_token" -> Replies.session(refresh.refresh(visit, body.text("refresh_token")));
      case "pkce" -> {
        var exchanged = pkce.exchange(visit, body);
        yield Replies.session(exchanged.session(), exchanged.fields());
      }
      case "web3" ->
          throw AuthError.unprocessable(
              AuthCode.WEB3_PROVIDER_DISABLED, "Web3 provider is disabled");
      default -> further(grant).grant(visit, body);
    };
  }

  /// Whoever asks may write anything; a metric has a label for each grant there is.
  private String known(String grant) {
    return OWN.contains(grant) || others.stream().anyMatch(other -> other.name().equals(grant))
        ? grant
        : "unknown";
  }

  private TokenGrant further(String name) {
    return others.stream()
        .filter(grant -> grant.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> AuthError.badRequest(AuthCode.INVALID_CREDENTIALS, "unsupported_grant_type"));
  }
}
