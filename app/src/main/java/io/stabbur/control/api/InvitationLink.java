package io.stabbur.control.api;

import jakarta.inject.Singleton;

/// The address of the page where an invited operator sets a password.
@Singleton
public final class InvitationLink {
  public static final String PAGE = "/console/invitation";

  private final ConsoleUrl console;

  InvitationLink(ConsoleUrl console) {
    this.console = console;
  }

  /// The link; whoever has it first sets the password.
  public String of(String code) {
    return console.text().orElse("http://127.0.0.1:54321") + PAGE + "?code=" + code;
  }
}
