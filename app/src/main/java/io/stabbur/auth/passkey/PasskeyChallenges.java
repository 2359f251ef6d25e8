package io.stabbur.auth.passkey;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Uuids;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Challenges that wait for an authenticator's answer, inside one transaction. Each is taken once,
/// whatever becomes of the answer.
record PasskeyChallenges(Transaction tx) {
  private static final int SWEPT_AT_ONCE = 50;

  /// What a challenge is for, as the column has it.
  enum Use {
    REGISTRATION("registration"),
    AUTHENTICATION("authentication");

    private final String wire;

    Use(String wire) {
      this.wire = wire;
    }
  }

  /// A challenge that was taken.
  record Taken(String challenge, boolean expired) {}

  /// @param user whose it is; nobody's where the authenticator says who it is
  UUID begin(Use use, @Nullable UUID user, String challenge, Instant now, Instant expires) {
    sweep(now);
    var id = UUID.randomUUID();
    tx.update(
        Statement.of(
            """
            insert into auth.webauthn_challenges
              (id, user_id, challenge_type, session_data, created_at, expires_at)
            values (?, ?::uuid, ?, ?, ?, ?)\
            """,
            id,
            user == null ? null : user.toString(),
            use.wire,
            new Jsonb(Json.write(new Fields().put("challenge", challenge).node())),
            now,
            expires));
    return id;
  }

  Taken take(Use use, @Nullable UUID user, UUID id, Instant now) {
    return tx.first(
            Statement.of(
                """
                delete from auth.webauthn_challenges
                where id = ? and challenge_type = ? and user_id is not distinct from ?::uuid
                returning jsonb_build_object('challenge', session_data ->> 'challenge',
                  'expired', expires_at <= ?::timestamptz)::text\
                """,
                id,
                use.wire,
                user == null ? null : user.toString(),
                now),
            Row::read)
        .map(row -> new Taken(row.text("challenge"), row.flag("expired")))
        .orElseThrow(
            () ->
                AuthError.badRequest(
                    AuthCode.WEBAUTHN_CHALLENGE_NOT_FOUND, "Challenge not found or already used"));
  }

  static UUID id(JsonBody body) {
    var id = body.text("challenge_id");
    if (id.isEmpty()) {
      throw AuthError.invalid("challenge_id is required");
    }
    if (!body.has("credential")) {
      throw AuthError.invalid("credential is required");
    }
    return Uuids.parse(id)
        .orElseThrow(() -> AuthError.invalid("challenge_id must be a valid UUID"));
  }

  static ApiException expired() {
    return AuthError.badRequest(AuthCode.WEBAUTHN_CHALLENGE_EXPIRED, "Challenge has expired");
  }

  static ApiException wrong() {
    return AuthError.badRequest(
        AuthCode.WEBAUTHN_VERIFICATION_FAILED, "Credential verification failed");
  }

  /// Anybody may begin to sign in, so challenges that nobody answered do not stay.
  private void sweep(Instant now) {
    tx.update(
        Statement.of(
            """
            delete from auth.webauthn_challenges where id in (
              select id from auth.webauthn_challenges
              where expires_at < ? limit ? for update skip locked)\
            """,
            now,
            SWEPT_AT_ONCE));
  }
}
