package io.stabbur.auth.application;

import io.stabbur.auth.account.Audit;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/// Makes tokens for programs: `{"name", "organization_id", "role", "expires_at"?}`. The project's
/// hook is asked as at an exchange, so that no token is made that could never be used.
@Singleton
final class NewApplicationTokens {
  private static final int LONGEST_NAME = 100;
  private final ApplicationSettings settings;
  private final ApplicationClaims claims;
  private final Audit audit;

  NewApplicationTokens(ApplicationSettings settings, ApplicationClaims claims, Audit audit) {
    this.settings = settings;
    this.claims = claims;
    this.audit = audit;
  }

  /// The new token, its text among the fields.
  Fields make(AuthRequest authRequest, JsonBody body) {
    var text = ApplicationToken.freshText();
    var token =
        new ApplicationToken(
            UUID.randomUUID(),
            name(body),
            organization(body),
            role(body),
            authRequest.now(),
            end(authRequest, body),
            null,
            null,
            false);
    authRequest.write(
        tx -> {
          var _ = claims.of(tx, authRequest, token, token.expiresAt());
          new ApplicationTokens(tx).insert(token, text);
          audit.write(
              tx, authRequest, Audit.Action.APPLICATION_TOKEN_CREATED, null, token.described());
          return true;
        });
    return token.fields().put("token", text);
  }

  private static String name(JsonBody body) {
    var name = body.text("name").strip();
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw AuthError.invalid("name must have 1 to 100 characters");
    }
    return name;
  }

  private static UUID organization(JsonBody body) {
    return Uuids.parse(body.text("organization_id"))
        .orElseThrow(() -> AuthError.invalid("organization_id must be a UUID"));
  }

  private static String role(JsonBody body) {
    var role = body.text("role").strip();
    if (role.isEmpty()) {
      throw AuthError.invalid("role is required");
    }
    return role;
  }

  private Instant end(AuthRequest authRequest, JsonBody body) {
    var end = body.text("expires_at");
    var at = end.isEmpty() ? authRequest.now().plus(settings.usual()) : instant(end);
    if (!at.isAfter(authRequest.now()) || at.isAfter(authRequest.now().plus(settings.longest()))) {
      throw AuthError.invalid(
          "expires_at must be in the future and at most %d days away"
              .formatted(settings.longest().toDays()));
    }
    return at;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw AuthError.invalid("expires_at must be a time such as 2027-01-31T00:00:00Z");
    }
  }
}
