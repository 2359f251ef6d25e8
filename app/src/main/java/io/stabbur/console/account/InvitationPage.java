package io.stabbur.console.account;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Language;
import io.stabbur.console.page.Page;

/// Where an invited operator sets a password.
///
/// @param code of the invitation; empty where none is given
public record InvitationPage(Frame frame, String code, String email) implements Page {
  /// This page in a language, with the invitation.
  public String in(Language language) {
    return frame.in(language) + (code.isEmpty() ? "" : "&code=" + code);
  }
}
