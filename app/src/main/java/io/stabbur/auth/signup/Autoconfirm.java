package io.stabbur.auth.signup;

import io.micronaut.context.annotation.Context;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.mail.MailSettings;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.project.ServerSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether an e-mail address is taken as confirmed without a mail. In development without a mail
/// server it is; elsewhere the settings must say so.
@Context
public final class Autoconfirm {
  private static final Logger LOG = LoggerFactory.getLogger(Autoconfirm.class);
  private final boolean email;

  Autoconfirm(AuthSettings settings, MailSettings mail, ServerSettings server, Hooks hooks) {
    boolean sends = mail.sends() || hooks.listens(Hooks.Point.SEND_EMAIL);
    var wanted = settings.emailAutoconfirm();
    this.email = wanted == null ? server.isDevelopment() && !sends : wanted;
    if (!sends && !email && settings.email()) {
      LOG.warn(
          "No mail server is set up, so nobody can sign up, recover a password or be invited by"
              + " mail. Set stabbur.auth.mail.host, or declare stabbur.development on a machine of"
              + " your own.");
    }
  }

  public boolean email() {
    return email;
  }
}
