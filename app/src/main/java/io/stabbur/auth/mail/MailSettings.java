package io.stabbur.auth.mail;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.auth.account.MailAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How mail leaves the house, under `stabbur.auth.mail`.
///
/// @param host the SMTP server; without one no mail is sent
/// @param port its port; 465 speaks TLS from the first byte
/// @param tls `required` refuses to go without STARTTLS, `off` never asks for it; `auto` takes it
///   when it is offered, and requires it where a password would cross the network
/// @param sender the address mails come from
/// @param senderName the name beside it
/// @param timeout longest wait for the server
/// @param language the language of people whose own is unknown: `en` or `nb`
/// @param codeLife how long codes and links in mails are good
/// @param typedCodeLife how long a code may be typed in, whose link may live on
/// @param codeLength digits of a code, six to ten
/// @param interval shortest time between two mails to the same person
/// @param perHour most mails of the whole server in an hour
/// @param confirmPage shows a page with a button before a link is used, for mail systems that open
///   links themselves
/// @param notices which of the notices are sent, such as `password-changed`
@ConfigurationProperties("stabbur.auth.mail")
public record MailSettings(
    @Nullable String host,
    @Bindable(defaultValue = "587") int port,
    @Bindable(defaultValue = "auto") String tls,
    @Nullable String user,
    @Nullable String password,
    @Bindable(defaultValue = "stabbur@localhost") String sender,
    @Bindable(defaultValue = "Stabbur") String senderName,
    @Bindable(defaultValue = "10s") Duration timeout,
    @Bindable(defaultValue = "en") String language,
    @Bindable(defaultValue = "24h") Duration codeLife,
    @Bindable(defaultValue = "1h") Duration typedCodeLife,
    @Bindable(defaultValue = "6") int codeLength,
    @Bindable(defaultValue = "60s") Duration interval,
    @Bindable(defaultValue = "30") int perHour,
    @Bindable(defaultValue = "false") boolean confirmPage,
    @Nullable List<String> notices) {
  public MailSettings {
    tls = asWritten(tls);
    if (!List.of("auto", "required", "off").contains(tls)) {
      throw new IllegalArgumentException("stabbur.auth.mail.tls must be auto, required or off");
    }
    if (codeLength < 6 || codeLength > 10) {
      throw new IllegalArgumentException("stabbur.auth.mail.code-length must be from 6 to 10");
    }
    if (MailAddress.of(sender).filter(MailAddress::needsUtf8).isPresent()) {
      throw new IllegalArgumentException(
          "stabbur.auth.mail.sender must have nothing outside ASCII before the @");
    }
  }

  /// YAML reads `off` and `on` without quotes as false and true.
  private static String asWritten(String tls) {
    return switch (tls) {
      case "false" -> "off";
      case "true", "on" -> "required";
      default -> tls;
    };
  }

  boolean wants(MailKind notice) {
    return notices != null && (notices.contains(notice.template()) || notices.contains("all"));
  }

  /// Whoever sits between could strike the offer of TLS out, and read the password.
  boolean requiresTls() {
    return tls.equals("required") || (tls.equals("auto") && password != null && !isLocal());
  }

  private boolean isLocal() {
    return host != null && host.matches("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");
  }

  public boolean sends() {
    return host != null && !host.isBlank();
  }
}
