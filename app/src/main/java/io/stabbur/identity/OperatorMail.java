package io.stabbur.identity;

import java.io.IOException;

/// Sends mails to operators by the mail server that accounts' mails go through.
public interface OperatorMail {
  /// Whether a mail server is set.
  boolean isConfigured();

  /// Sends one mail to an operator.
  ///
  /// @param text of the mail, plain
  /// @throws IOException where the server did not take it; the message says why, without secrets
  void send(String to, String subject, String text) throws IOException;
}
