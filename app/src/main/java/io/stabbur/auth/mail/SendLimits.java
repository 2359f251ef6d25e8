package io.stabbur.auth.mail;

import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Bucket;
import io.stabbur.auth.Visit;
import io.stabbur.project.PerProject;
import jakarta.inject.Singleton;
import java.time.Duration;

/// How much a project may send in an hour, so that nobody can use it to fill inboxes. Counted where
/// something is really made to be sent: asking for addresses that nobody has uses nothing up.
@Singleton
final class SendLimits {
  private final PerProject<Bucket> mails;
  private final PerProject<Bucket> texts;

  SendLimits(MailSettings mail, SmsSettings sms) {
    mails = new PerProject<>(_ -> new Bucket(mail.perHour(), Duration.ofHours(1)));
    texts = new PerProject<>(_ -> new Bucket(sms.perHour(), Duration.ofHours(1)));
  }

  void mail(Visit visit) {
    if (!mails.of(visit.project()).take(visit.now())) {
      throw AuthError.tooMany(AuthCode.OVER_EMAIL_SEND_RATE_LIMIT, "email rate limit exceeded");
    }
  }

  void text(Visit visit) {
    if (!texts.of(visit.project()).take(visit.now())) {
      throw AuthError.tooMany(AuthCode.OVER_SMS_SEND_RATE_LIMIT, "SMS rate limit exceeded");
    }
  }
}
