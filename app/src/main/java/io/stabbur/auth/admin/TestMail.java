package io.stabbur.auth.admin;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.MailSettings;
import io.stabbur.auth.mail.Smtp;
import io.stabbur.auth.mail.Templates;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.signup.NewAddresses;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.util.Optional;
import org.eclipse.angus.mail.util.MailConnectException;

/// Sends a mail for no other reason than to see whether it can be sent. An administrator is told
/// what the server said, for it is their server; nobody else sees that.
@Singleton
public final class TestMail {
  private static final int LONGEST_REASON = 300;
  private final MailSettings settings;
  private final Smtp smtp;
  private final NewAddresses addresses;

  TestMail(MailSettings settings, Smtp smtp, NewAddresses addresses) {
    this.settings = settings;
    this.smtp = smtp;
    this.addresses = addresses;
  }

  /// Which server took it, and from whom.
  public Fields send(String to) {
    if (!settings.sends()) {
      throw failed("No mail server is configured: set stabbur.auth.mail.host");
    }
    var address = addresses.email(to);
    try {
      smtp.send(
          address,
          new Templates.Rendered(
              "Stabbur can send mail",
              "<p>This mail was sent by <code>stabbur mail test</code>. Nothing needs to be"
                  + " done.</p>"));
    } catch (MessagingException e) {
      throw failed(why(e));
    }
    return new Fields().put("server", server()).put("sender", settings.sender());
  }

  private String server() {
    return settings.host() + ":" + settings.port();
  }

  private String why(MessagingException e) {
    return switch (e) {
      case MailConnectException _ ->
          "The mail server %s cannot be reached: check host, port and firewall".formatted(server());
      case AuthenticationFailedException _ ->
          "The mail server %s refused user and password: %s".formatted(server(), said(e));
      default -> "The mail server %s did not take the mail: %s".formatted(server(), said(e));
    };
  }

  /// The innermost reason, on one line.
  private static String said(MessagingException e) {
    Throwable deepest = e;
    while (deepest instanceof MessagingException at && at.getNextException() != null) {
      deepest = at.getNextException();
    }
    var text =
        Optional.ofNullable(deepest.getMessage())
            .orElse(deepest.getClass().getSimpleName())
            .replaceAll("\\s+", " ")
            .strip();
    return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
  }

  private static ApiException failed(String why) {
    return AuthError.refuse(502, AuthCode.UNEXPECTED_FAILURE, why);
  }
}
