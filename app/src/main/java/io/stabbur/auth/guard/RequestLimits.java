package io.stabbur.auth.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.http.Networks;
import io.stabbur.platform.share.TokenBucket;
import io.stabbur.project.PerProject;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Slows down an address that asks too often. Each kind of request has its own allowance; memory is
/// bounded, for addresses are cheap to invent. Processes of one project share the allowances. Of
/// IPv6 a customer is given a /64 at least and a /48 often: the first counts as one address, the
/// second as a few.
@Singleton
public final class RequestLimits {
  private static final int ADDRESSES_KEPT = 100_000;

  /// Requests that share an allowance.
  public enum Kind {
    TOKEN,
    SIGNUP,
    OTP,
    RECOVER,
    RESEND,
    USER,
    VERIFY,
    ANONYMOUS,
    FACTOR,
    SSO,
    OAUTH,
    OAUTH_REGISTRATION,
    PASSKEY
  }

  private static final int WIDER = 4;

  private record Key(Kind kind, String network) {}

  private final LimitSettings settings;
  private final PerProject<Cache<Key, TokenBucket>> buckets;

  RequestLimits(LimitSettings settings) {
    this.settings = settings;
    this.buckets =
        new PerProject<>(
            _ ->
                Caffeine.newBuilder()
                    .maximumSize(ADDRESSES_KEPT)
                    .expireAfterAccess(Duration.ofHours(1))
                    .build());
  }

  public void take(AuthRequest authRequest, Kind kind) {
    int most = most(kind);
    if (most <= 0 || authRequest.ip().isEmpty()) {
      return;
    }
    var near = Networks.of(authRequest.ip(), Networks.CLIENT);
    var far = Networks.of(authRequest.ip(), 6);
    // a wider network that is refused leaves no trace of the many within it
    boolean wide = far.equals(near) || take(authRequest, kind, far, WIDER * most);
    if (!wide || !take(authRequest, kind, near, most)) {
      throw AuthError.tooMany(AuthCode.OVER_REQUEST_RATE_LIMIT, "Request rate limit reached");
    }
  }

  private boolean take(AuthRequest authRequest, Kind kind, String network, int most) {
    return buckets
            .of(authRequest.project())
            .get(new Key(kind, network), _ -> new TokenBucket(most, window(kind)))
            .take(authRequest.now())
        && SharedAllowances.of(authRequest.project())
            .take(
                authRequest.caller().share(),
                "request %s %s %d".formatted(kind, network, most),
                most,
                window(kind));
  }

  private int most(Kind kind) {
    return switch (kind) {
      case TOKEN -> settings.token();
      case SIGNUP, OTP, RECOVER, RESEND, USER -> settings.otp();
      case VERIFY -> settings.verify();
      case ANONYMOUS -> settings.anonymous();
      case FACTOR -> settings.factor();
      case SSO -> settings.sso();
      case OAUTH -> settings.oauth();
      case OAUTH_REGISTRATION -> settings.oauthRegistration();
      case PASSKEY -> settings.passkey();
    };
  }

  private static Duration window(Kind kind) {
    return switch (kind) {
      case TOKEN,
          SIGNUP,
          OTP,
          RECOVER,
          RESEND,
          USER,
          VERIFY,
          SSO,
          OAUTH,
          OAUTH_REGISTRATION,
          PASSKEY ->
          Duration.ofMinutes(5);
      case ANONYMOUS -> Duration.ofHours(1);
      case FACTOR -> Duration.ofMinutes(1);
    };
  }
}
