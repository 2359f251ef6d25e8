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
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthMeters;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.TokenGrant;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.Optional;

/// `POST /token`: every way to get a token without leaving the client.
@Controller("/auth/v1/token")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TokenController {
  private final AuthMeters meters;
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final List<TokenGrant> grants;

  TokenController(
      AuthRequests authRequests, RequestLimits limits, List<TokenGrant> grants, AuthMeters meters) {
    this.meters = meters;
    this.authRequests = authRequests;
    this.limits = limits;
    this.grants = grants;
  }

  @Post
  @Consumes("*/*")
  HttpResponse<?> token(
      Caller caller,
      HttpRequest<?> request,
      @Nullable @QueryValue("grant_type") String grant,
      @Body byte @Nullable [] bytes) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.TOKEN);
    var asked = grant == null ? "" : grant;
    var body = JsonBody.parse(bytes);
    var known = grants.stream().filter(each -> each.name().equals(asked)).findFirst();
    return meters.signIn(
        authRequest.project(),
        label(known),
        () -> known.orElseThrow(() -> unknown(asked)).grant(authRequest, body));
  }

  /// Whoever asks may write anything; a metric has a label for each grant there is.
  private static String label(Optional<TokenGrant> grant) {
    return grant.map(TokenGrant::name).orElse("unknown");
  }

  private static ApiException unknown(String grant) {
    return grant.equals("web3")
        ? AuthError.unprocessable(AuthCode.WEB3_PROVIDER_DISABLED, "Web3 provider is disabled")
        : AuthError.badRequest(AuthCode.INVALID_CREDENTIALS, "unsupported_grant_type");
  }
}
