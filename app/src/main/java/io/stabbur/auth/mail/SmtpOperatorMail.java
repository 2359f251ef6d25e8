package io.stabbur.auth.mail;

import io.stabbur.identity.OperatorMail;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import java.io.IOException;

/// Operators' mails, by the server of `stabbur.auth.mail`.
@Singleton
final class SmtpOperatorMail implements OperatorMail {
  private final MailSettings settings;
  private final Smtp smtp;

  SmtpOperatorMail(MailSettings settings, Smtp smtp) {
    this.settings = settings;
    this.smtp = smtp;
  }

  @Override
  public boolean isConfigured() {
    return settings.sends();
  }

  @Override
  public void send(String to, String subject, String text) throws IOException {
    if (!isConfigured()) {
      throw new IOException("no mail server is set: stabbur.auth.mail.host");
    }
    try {
      smtp.send(to, new Templates.Rendered(subject, html(text)));
    } catch (MessagingException e) {
      throw new IOException("the mail server did not take it: " + e.getClass().getSimpleName(), e);
    }
  }

  private static String html(String text) {
    return "<p>"
        + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
        + "</p>";
  }
}
