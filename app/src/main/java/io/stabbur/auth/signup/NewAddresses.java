package io.stabbur.auth.signup;

import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.LookAlikes;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Deliverable;
import io.stabbur.auth.request.AuthSettings;
import jakarta.inject.Singleton;

/// E-mail addresses before an account gets them, by whatever way: sign-up, change, invitation,
/// administration, a provider.
@Singleton
public final class NewAddresses {
  private final AuthSettings settings;
  private final Deliverable deliverable;

  NewAddresses(AuthSettings settings, Deliverable deliverable) {
    this.settings = settings;
    this.deliverable = deliverable;
  }

  /// The address in normal form; refused when no mail could be sent to it, or when it looks like
  /// another and the settings refuse that.
  public String email(String given) {
    var email = Addresses.email(given);
    requireNoLookAlike(email);
    deliverable.require(email);
    return email;
  }

  /// Refuses an address that looks like another, unless the settings take them.
  public void requireNoLookAlike(String email) {
    if (!settings.lookAlikeEmails() && LookAlikes.isOne(email)) {
      throw AuthError.badRequest(
          AuthCode.EMAIL_ADDRESS_INVALID,
          "This email address looks like another: it mixes scripts, or its letters look like"
              + " ASCII");
    }
  }
}
