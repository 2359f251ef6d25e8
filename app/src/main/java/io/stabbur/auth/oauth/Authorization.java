package io.stabbur.auth.oauth;

import io.stabbur.auth.request.Row;
import io.stabbur.auth.session.Pkce;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a program asks of somebody: a row of `auth.oauth_authorizations`. It is `pending` until the
/// person decides, and gone once the program has its tokens.
record Authorization(Row row) {
  /// What a device's authorization has where others have an address to send people back to.
  static final String NOWHERE = "urn:ietf:wg:oauth:2.0:oob";

  UUID id() {
    return row.uuid("id");
  }

  String publicId() {
    return row.text("authorization_id");
  }

  UUID clientId() {
    return row.uuid("client_id");
  }

  @Nullable UUID userId() {
    return row.maybeUuid("user_id");
  }

  boolean isOf(UUID user) {
    return user.equals(userId());
  }

  boolean isPending() {
    return row.text("status").equals("pending");
  }

  boolean isApproved() {
    return row.text("status").equals("approved");
  }

  boolean isDenied() {
    return row.text("status").equals("denied");
  }

  boolean isExpired(Instant now) {
    var end = row.instant("expires_at");
    return end == null || !now.isBefore(end);
  }

  /// Whether it was begun by a program that has no browser.
  boolean isOfDevice() {
    return redirectUri().equals(NOWHERE);
  }

  String redirectUri() {
    return row.text("redirect_uri");
  }

  String state() {
    return row.text("state");
  }

  String resource() {
    return row.text("resource");
  }

  String nonce() {
    return row.text("nonce");
  }

  Scopes scopes() {
    return Scopes.of(row.text("scope"));
  }

  Optional<Pkce> pkce() {
    var challenge = row.text("code_challenge");
    return challenge.isEmpty()
        ? Optional.empty()
        : Optional.of(new Pkce(challenge, Pkce.method(row.text("code_challenge_method"))));
  }
}
