package io.stabbur.console.mail;

import io.stabbur.auth.mail.MailSettings;
import io.stabbur.auth.mail.SentMessages.Sent;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.util.List;

/// How mail leaves the house.
///
/// @param deliveries the newest first
/// @param sentTo where a test mail went; empty where none was sent
/// @param address as it was given
public record MailPage(
    Frame frame, MailSettings settings, List<Sent> deliveries, String sentTo, String address)
    implements Page {
  public MailPage {
    deliveries = List.copyOf(deliveries);
  }

  /// What a message was about, in the reader's words.
  public String kind(Sent sent) {
    var key = "mail.kind." + sent.kind();
    return frame.t(frame.texts().has(key) ? key : "mail.kind.notice");
  }
}
