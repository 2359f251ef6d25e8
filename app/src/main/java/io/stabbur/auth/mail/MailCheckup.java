package io.stabbur.auth.mail;

import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;

/// Whether the mail server takes connections with the credentials of the settings; no mail is sent.
@Singleton
final class MailCheckup implements Checkup {
  private final MailSettings settings;
  private final ServerSettings server;
  private final Smtp smtp;

  MailCheckup(MailSettings settings, ServerSettings server, Smtp smtp) {
    this.settings = settings;
    this.server = server;
    this.smtp = smtp;
  }

  @Override
  public String name() {
    return "mail";
  }

  @Override
  public Result check(Project project) {
    if (!settings.sends()) {
      return server.isDevelopment()
          ? Result.well("no mail server, as development is on")
          : Result.problem(
              "no mail server is set (auth.mail): links are in answers, and nobody can prove a"
                  + " mailbox");
    }
    try {
      var _ = smtp.offersUtf8();
      return Result.well(
          "%s takes connections; `stabbur doctor --mail-to ADDRESS` sends a mail"
              .formatted(settings.host()));
    } catch (MessagingException e) {
      return Result.problem(
          "%s does not take connections with these credentials (%s)"
              .formatted(settings.host(), e.getClass().getSimpleName()));
    }
  }
}
