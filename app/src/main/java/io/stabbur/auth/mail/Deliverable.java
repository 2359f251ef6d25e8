package io.stabbur.auth.mail;

import io.stabbur.auth.account.MailAddress;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the mail server can be given an address. It is asked once in a while whether it offers
/// SMTPUTF8 (RFC 6531), and only for an address that needs it. Where the project or a hook sends
/// the mails, or nobody, every address passes.
@Singleton
public final class Deliverable {
  private static final Logger LOG = LoggerFactory.getLogger(Deliverable.class);
  private static final Duration KEPT = Duration.ofMinutes(5);
  private final MailSettings settings;
  private final Smtp smtp;
  private final Hooks hooks;
  private Offer offer = new Offer(false, Instant.EPOCH);

  private record Offer(boolean utf8, Instant until) {}

  Deliverable(MailSettings settings, Smtp smtp, Hooks hooks) {
    this.settings = settings;
    this.smtp = smtp;
    this.hooks = hooks;
  }

  /// Refuses an address whose local part is not ASCII where the mail server does not take it, or
  /// cannot be asked. The answer depends on the address alone, not on whether it has an account.
  public void require(String email) {
    boolean sends = settings.sends() && !hooks.listens(Hooks.Point.SEND_EMAIL);
    boolean needs = MailAddress.of(email).filter(MailAddress::needsUtf8).isPresent();
    if (sends && needs && !offersUtf8()) {
      throw AuthError.badRequest(
          AuthCode.EMAIL_ADDRESS_INVALID,
          "The mail server does not take addresses with characters outside ASCII before the @");
    }
  }

  /// One request asks the server, those beside it wait for the answer.
  private synchronized boolean offersUtf8() {
    if (Instant.now().isAfter(offer.until)) {
      offer = new Offer(ask(), Instant.now().plus(KEPT));
    }
    return offer.utf8;
  }

  private boolean ask() {
    try {
      return smtp.offersUtf8();
    } catch (MessagingException e) {
      LOG.warn("The mail server could not be asked: {}", e.getClass().getSimpleName());
      return false;
    }
  }
}
