package io.stabbur.console.account;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Language;
import io.stabbur.console.page.Page;

/// Where an invited operator sets a password.
///
/// @param code of the invitation; empty where there is none that holds
/// @param invited the address of the invited; empty for the first owner, who writes it in
/// @param email as it was written in
public record InvitationPage(Frame frame, String code, String invited, String email)
    implements Page {
  /// This page in a language, with the invitation.
  public String in(Language language) {
    return frame.in(language) + (code.isEmpty() ? "" : "&code=" + code);
  }
}
