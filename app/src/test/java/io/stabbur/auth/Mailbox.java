package io.stabbur.auth;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// A real SMTP server that keeps what it is handed.
final class Mailbox implements AutoCloseable {
  private static final Pattern LINK = Pattern.compile("href=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("<strong>([0-9A-Za-z_-]{6,32})</strong>");
  private final GreenMail server;
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  /// A mail as its reader sees it.
  record Mail(String subject, String html, String to) {
    String link() {
      return find(LINK, html).replace("&amp;", "&");
    }

    String code() {
      return find(CODE, html);
    }

    private static String find(Pattern pattern, String text) {
      var matcher = pattern.matcher(text);
      if (!matcher.find()) {
        throw new AssertionError("nothing like " + pattern + " in " + text);
      }
      return matcher.group(1);
    }
  }

  Mailbox() {
    server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
  }

  /// Settings that send mail here, at once and as often as a test wants.
  Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.auth.mail.host", "127.0.0.1");
    settings.put("stabbur.auth.mail.port", server.getSmtp().getPort());
    settings.put("stabbur.auth.mail.per-hour", 10_000);
    settings.put("stabbur.auth.mail.interval", "0s");
    settings.put("stabbur.auth.limits.otp", 0);
    settings.put("stabbur.auth.limits.verify", 0);
    settings.put("stabbur.auth.limits.token", 0);
    return settings;
  }

  /// The newest mail to an address, once there is one that was not taken yet: what strangers ask
  /// for is sent after their answer.
  Mail last(String to) {
    var limit = Instant.now().plusSeconds(20);
    int before = taken.getOrDefault(to, 0);
    while (count(to) <= before) {
      if (Instant.now().isAfter(limit)) {
        throw new AssertionError("no mail to " + to);
      }
      pause();
    }
    var mails = mails(to);
    taken.put(to, mails.size());
    return read(mails.getLast());
  }

  long count(String to) {
    return mails(to).size();
  }

  private List<MimeMessage> mails(String to) {
    return Arrays.stream(server.getReceivedMessages())
        .filter(m -> to(m).equalsIgnoreCase(to))
        .toList();
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop();
  }

  private static String to(MimeMessage message) {
    return GreenMailUtil.getAddressList(recipients(message));
  }

  private static jakarta.mail.Address[] recipients(MimeMessage message) {
    try {
      return message.getAllRecipients();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Mail read(MimeMessage message) {
    try {
      var parts = (MimeMultipart) message.getContent();
      return new Mail(
          message.getSubject(), (String) parts.getBodyPart(1).getContent(), to(message));
    } catch (MessagingException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
