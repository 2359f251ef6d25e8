package io.stabbur.auth.mail;

import io.stabbur.auth.account.MailAddress;
import jakarta.inject.Singleton;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// Sends mails by the SMTP server of the settings. An address is written whole or not at all: the
/// library writes the low byte of characters outside ASCII where the server lacks SMTPUTF8, and so
/// would reach somebody else.
@Singleton
public final class Smtp {
  private final MailSettings settings;

  public Smtp(MailSettings settings) {
    this.settings = settings;
  }

  public void send(String to, Templates.Rendered mail) throws MessagingException {
    var address = MailAddress.of(to).orElseThrow(() -> new AddressException("not an address"));
    var session = Session.getInstance(properties(address), authenticator());
    var message = message(session, address, mail);
    try (var transport = session.getTransport("smtp")) {
      transport.connect();
      if (address.needsUtf8() && !offersUtf8(transport)) {
        throw new AddressException("the server does not offer SMTPUTF8");
      }
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  /// Whether the server takes addresses whose local part is not ASCII.
  boolean offersUtf8() throws MessagingException {
    try (var transport = Session.getInstance(properties(), authenticator()).getTransport("smtp")) {
      transport.connect();
      return offersUtf8(transport);
    }
  }

  private static boolean offersUtf8(Transport transport) {
    return transport instanceof SMTPTransport smtp && smtp.supportsExtension("SMTPUTF8");
  }

  private MimeMessage message(Session session, MailAddress to, Templates.Rendered mail)
      throws MessagingException {
    var message = new MimeMessage(session);
    message.setFrom(sender());
    message.setRecipients(
        Message.RecipientType.TO, new InternetAddress[] {new InternetAddress(to.wire(), true)});
    message.setSubject(mail.subject(), "UTF-8");
    message.setHeader(
        "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC)));
    // an automatic mail asks for no automatic answer
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setContent(content(mail));
    message.saveChanges();
    return message;
  }

  private InternetAddress sender() throws AddressException {
    var address =
        MailAddress.of(settings.sender())
            .orElseThrow(() -> new AddressException("stabbur.auth.mail.sender is no address"));
    try {
      return new InternetAddress(address.wire(), settings.senderName(), "UTF-8");
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MimeMultipart content(Templates.Rendered mail) throws MessagingException {
    var plain = new MimeBodyPart();
    plain.setText(PlainText.of(mail.html()), "UTF-8");
    var html = new MimeBodyPart();
    html.setText(mail.html(), "UTF-8", "html");
    return new MimeMultipart("alternative", plain, html);
  }

  private Properties properties(MailAddress to) {
    var properties = properties();
    properties.put("mail.mime.allowutf8", String.valueOf(to.needsUtf8()));
    return properties;
  }

  private Properties properties() {
    var properties = new Properties();
    var millis = String.valueOf(settings.timeout().toMillis());
    properties.put("mail.smtp.host", String.valueOf(settings.host()));
    properties.put("mail.smtp.port", String.valueOf(settings.port()));
    properties.put("mail.smtp.connectiontimeout", millis);
    properties.put("mail.smtp.timeout", millis);
    properties.put("mail.smtp.writetimeout", millis);
    properties.put("mail.smtp.auth", String.valueOf(settings.user() != null));
    properties.put("mail.smtp.ssl.enable", String.valueOf(settings.port() == 465));
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    properties.put("mail.smtp.starttls.enable", String.valueOf(!settings.tls().equals("off")));
    properties.put("mail.smtp.starttls.required", String.valueOf(settings.requiresTls()));
    return properties;
  }

  private Authenticator authenticator() {
    var user = settings.user();
    var password = settings.password();
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return new PasswordAuthentication(user, password);
      }
    };
  }
}
