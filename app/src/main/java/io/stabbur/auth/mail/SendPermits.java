package io.stabbur.auth.mail;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// Whether a stranger may ask for something to be sent to an address now. The time between two
/// requests is kept by address, not by account: so the answers are the same whether an address is
/// known or not.
@Singleton
public final class SendPermits {
  private static final Duration KEPT = Duration.ofDays(1);
  private final MailSettings mail;
  private final SmsSettings sms;
  private final Hooks hooks;
  private final Deliverable deliverable;

  SendPermits(MailSettings mail, SmsSettings sms, Hooks hooks, Deliverable deliverable) {
    this.mail = mail;
    this.sms = sms;
    this.hooks = hooks;
    this.deliverable = deliverable;
  }

  /// Refuses when no mail can be sent to anybody.
  public void requireMail() {
    if (!mail.sends() && !hooks.listens(Hooks.Point.SEND_EMAIL)) {
      throw AuthError.unprocessable(
          AuthCode.EMAIL_PROVIDER_DISABLED,
          "Error sending email: no mail server is set up (stabbur.auth.mail.host; a server for"
              + " development confirms addresses without one)");
    }
  }

  /// Refuses when no text message can be sent to anybody.
  public void requireText(String phone) {
    if (!sms.sends() && !hooks.listens(Hooks.Point.SEND_SMS) && sms.testCode(phone).isEmpty()) {
      throw AuthError.unprocessable(
          AuthCode.SMS_SEND_FAILED, "Error sending the code: no SMS provider is set up");
    }
  }

  /// Notes that a mail to an address was asked for; refuses one that the mail server does not take.
  ///
  /// @param kind requests that share the interval
  public void mail(AuthRequest authRequest, String kind, String address) {
    deliverable.require(address);
    take(authRequest, kind, address, mail.interval(), AuthCode.OVER_EMAIL_SEND_RATE_LIMIT);
  }

  /// Notes that a text message to a number was asked for.
  ///
  /// @param kind requests that share the interval
  public void text(AuthRequest authRequest, String kind, String phone) {
    take(authRequest, kind, phone, sms.interval(), AuthCode.OVER_SMS_SEND_RATE_LIMIT);
  }

  private static void take(
      AuthRequest authRequest, String kind, String address, Duration interval, AuthCode code) {
    if (interval.isZero()) {
      return;
    }
    var hash = hash(authRequest, address);
    authRequest
        .write(tx -> earlier(tx, authRequest.now(), hash, kind, interval))
        .ifPresent(
            earlier -> {
              throw tooEarly(authRequest.now(), earlier.plus(interval), code);
            });
  }

  /// When the address was asked for less than an interval ago; empty, and now noted, when it was
  /// not.
  private static Optional<Instant> earlier(
      Transaction tx, Instant now, byte[] address, String kind, Duration interval) {
    tx.update(
        Statement.of(
            "delete from stabbur_auth.asked where at < ?", now.minus(KEPT).minus(interval)));
    boolean noted =
        tx.first(
                Statement.of(
                    """
                    insert into stabbur_auth.asked as a (address, kind, at) values (?, ?, ?)
                    on conflict (address, kind) do update set at = excluded.at
                    where a.at > excluded.at or a.at <= ? returning true\
                    """,
                    address,
                    kind,
                    now,
                    now.minus(interval)),
                rows -> true)
            .isPresent();
    return noted
        ? Optional.empty()
        : tx.first(
            Statement.of(
                "select at from stabbur_auth.asked where address = ? and kind = ?", address, kind),
            rows -> rows.getObject(1, OffsetDateTime.class).toInstant());
  }

  static io.stabbur.platform.error.ApiException tooEarly(Instant now, Instant next, AuthCode code) {
    long left = Math.max(1, Duration.between(now, next).toSeconds());
    return AuthError.tooMany(
        code, "For security purposes, you can only request this after %d seconds.".formatted(left));
  }

  private static byte[] hash(AuthRequest authRequest, String address) {
    var key = authRequest.project().keys().masterKey().bytes();
    return Crypto.hmacSha256(key, ("asked " + address).getBytes(StandardCharsets.UTF_8));
  }
}
