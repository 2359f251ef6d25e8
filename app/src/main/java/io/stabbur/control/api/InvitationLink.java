package io.stabbur.control.api;

import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;

/// The address of the page where an invited operator sets a password.
@Singleton
public final class InvitationLink {
  public static final String PAGE = "/console/invitation";

  private final ServerSettings server;

  InvitationLink(ServerSettings server) {
    this.server = server;
  }

  /// The link; whoever has it first sets the password.
  public String of(String code) {
    var url = server.publicUrl();
    var base = url == null ? "http://127.0.0.1:54321" : url.toString().replaceFirst("/+$", "");
    return base + PAGE + "?code=" + code;
  }
}
