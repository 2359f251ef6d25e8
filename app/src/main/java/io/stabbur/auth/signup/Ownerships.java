package io.stabbur.auth.signup;

import io.stabbur.auth.code.Ownership;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.mail.MailSettings;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;

/// Makes [Ownership] for a transaction.
@Singleton
public final class Ownerships {
  private final Ownership.Reach reach;

  Ownerships(MailSettings mail, Hooks hooks) {
    reach =
        mail.sends() || hooks.listens(Hooks.Point.SEND_EMAIL)
            ? Ownership.Reach.MAIL
            : Ownership.Reach.NO_MAIL;
  }

  public Ownership in(Transaction tx) {
    return new Ownership(tx, reach);
  }

  /// Whether codes and links reach people without anybody handing them over.
  public boolean canMail() {
    return reach == Ownership.Reach.MAIL;
  }
}
