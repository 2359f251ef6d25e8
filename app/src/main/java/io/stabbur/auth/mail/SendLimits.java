package io.stabbur.auth.mail;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.guard.SharedAllowances;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.TokenBucket;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/// How much a project may send in an hour, so that nobody can use it to fill inboxes. Counted where
/// something is really made to be sent: asking for addresses that nobody has uses nothing up. One
/// caller, or one organisation, leaves a third of the hour to others.
@Singleton
final class SendLimits {
  private final PerProject<Hour> mails;
  private final PerProject<Hour> texts;

  SendLimits(MailSettings mail, SmsSettings sms) {
    mails = new PerProject<>(project -> new Hour(project, "mail", mail.perHour()));
    texts = new PerProject<>(project -> new Hour(project, "text", sms.perHour()));
  }

  void mail(AuthRequest authRequest) {
    if (!mails.of(authRequest.project()).take(authRequest.caller().share(), authRequest.now())) {
      throw AuthError.tooMany(AuthCode.OVER_EMAIL_SEND_RATE_LIMIT, "email rate limit exceeded");
    }
  }

  void text(AuthRequest authRequest) {
    if (!texts.of(authRequest.project()).take(authRequest.caller().share(), authRequest.now())) {
      throw AuthError.tooMany(AuthCode.OVER_SMS_SEND_RATE_LIMIT, "SMS rate limit exceeded");
    }
  }

  /// What a project may send in an hour, and what of it one caller and one organisation.
  private static final class Hour {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST_CALLERS = 10_000;
    private final SharedAllowances shared;
    private final String kind;
    private final int size;
    private final TokenBucket all;
    private final Cache<Object, TokenBucket> each =
        Caffeine.newBuilder().expireAfterAccess(HOUR).maximumSize(MOST_CALLERS).build();

    Hour(Project project, String kind, int size) {
      this.shared = SharedAllowances.of(project);
      this.kind = kind;
      this.size = size;
      this.all = new TokenBucket(size, HOUR);
    }

    boolean take(Share share, Instant now) {
      return switch (share.group().lane()) {
        case APPLIANCE, SERVICE -> all(share, now);
        case ORGANIZATION ->
            part(share, share.group(), now) && part(share, share, now) && all(share, now);
        case USER, ANONYMOUS -> part(share, share, now) && all(share, now);
      };
    }

    private boolean all(Share share, Instant now) {
      return all.take(now) && shared.take(share, kind + " of all", size, HOUR);
    }

    private boolean part(Share share, Object who, Instant now) {
      int most = Math.max(1, size - size / 3);
      return each.get(who, _ -> new TokenBucket(most, HOUR)).take(now)
          && shared.take(share, kind + " of " + who, most, HOUR);
    }
  }
}
