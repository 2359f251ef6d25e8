package io.stabbur.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.project.PerProject;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Slows down an address that asks too often. Each kind of request has its own allowance; memory is
/// bounded, for addresses are cheap to invent.
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
    SSO
  }

  private record Key(Kind kind, String ip) {}

  private final LimitSettings settings;
  private final PerProject<Cache<Key, Bucket>> buckets;

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

  public void take(Visit visit, Kind kind) {
    int most = most(kind);
    if (most <= 0 || visit.ip().isEmpty()) {
      return;
    }
    var bucket =
        buckets
            .of(visit.project())
            .get(new Key(kind, visit.ip()), _ -> new Bucket(most, window(kind)));
    if (!bucket.take(visit.now())) {
      throw AuthError.tooMany(AuthCode.OVER_REQUEST_RATE_LIMIT, "Request rate limit reached");
    }
  }

  private int most(Kind kind) {
    return switch (kind) {
      case TOKEN -> settings.token();
      case SIGNUP, OTP, RECOVER, RESEND, USER -> settings.otp();
      case VERIFY -> settings.verify();
      case ANONYMOUS -> settings.anonymous();
      case FACTOR -> settings.factor();
      case SSO -> settings.sso();
    };
  }

  private static Duration window(Kind kind) {
    return switch (kind) {
      case TOKEN, SIGNUP, OTP, RECOVER, RESEND, USER, VERIFY, SSO -> Duration.ofMinutes(5);
      case ANONYMOUS -> Duration.ofHours(1);
      case FACTOR -> Duration.ofMinutes(1);
    };
  }
}
