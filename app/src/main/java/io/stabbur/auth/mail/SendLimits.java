package io.stabbur.auth.mail;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Bucket;
import io.stabbur.auth.Visit;
import io.stabbur.platform.share.Share;
import io.stabbur.project.PerProject;
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
    mails = new PerProject<>(_ -> new Hour(mail.perHour()));
    texts = new PerProject<>(_ -> new Hour(sms.perHour()));
  }

  void mail(Visit visit) {
    if (!mails.of(visit.project()).take(visit.caller().share(), visit.now())) {
      throw AuthError.tooMany(AuthCode.OVER_EMAIL_SEND_RATE_LIMIT, "email rate limit exceeded");
    }
  }

  void text(Visit visit) {
    if (!texts.of(visit.project()).take(visit.caller().share(), visit.now())) {
      throw AuthError.tooMany(AuthCode.OVER_SMS_SEND_RATE_LIMIT, "SMS rate limit exceeded");
    }
  }

  /// What a project may send in an hour, and what of it one caller and one organisation.
  private static final class Hour {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int MOST_CALLERS = 10_000;
    private final int size;
    private final Bucket all;
    private final Cache<Object, Bucket> each =
        Caffeine.newBuilder().expireAfterAccess(HOUR).maximumSize(MOST_CALLERS).build();

    Hour(int size) {
      this.size = size;
      this.all = new Bucket(size, HOUR);
    }

    boolean take(Share share, Instant now) {
      return switch (share.group().lane()) {
        case APPLIANCE, SERVICE -> all.take(now);
        case ORGANIZATION ->
            part(share.group()).take(now) && part(share).take(now) && all.take(now);
        case USER, ANONYMOUS -> part(share).take(now) && all.take(now);
      };
    }

    private Bucket part(Object who) {
      return each.get(who, _ -> new Bucket(Math.max(1, size - size / 3), HOUR));
    }
  }
}
