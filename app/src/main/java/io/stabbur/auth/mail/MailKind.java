package io.stabbur.auth.mail;

import java.util.Locale;

/// The mails this server writes.
public enum MailKind {
  CONFIRMATION,
  INVITE,
  RECOVERY,
  MAGIC_LINK,
  EMAIL_CHANGE,
  REAUTHENTICATION,
  MEMBERSHIP,
  PASSWORD_CHANGED,
  EMAIL_CHANGED,
  PHONE_CHANGED,
  IDENTITY_LINKED,
  IDENTITY_UNLINKED,
  MFA_FACTOR_ENROLLED,
  MFA_FACTOR_UNENROLLED;

  /// The name of its template in settings and files.
  String template() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// What the send_email hook calls it.
  String action() {
    return switch (this) {
      case CONFIRMATION -> "signup";
      case MAGIC_LINK -> "magiclink";
      case INVITE, RECOVERY, EMAIL_CHANGE, REAUTHENTICATION, MEMBERSHIP ->
          name().toLowerCase(Locale.ROOT);
      case PASSWORD_CHANGED,
          EMAIL_CHANGED,
          PHONE_CHANGED,
          IDENTITY_LINKED,
          IDENTITY_UNLINKED,
          MFA_FACTOR_ENROLLED,
          MFA_FACTOR_UNENROLLED ->
          name().toLowerCase(Locale.ROOT) + "_notification";
    };
  }
}
