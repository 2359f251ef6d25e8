package io.stabbur.auth.code;

import io.stabbur.auth.account.Users;
import io.stabbur.auth.session.FlowStates;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Every way into an account that may be somebody else's, inside one transaction: all that was made
/// since the account is doubtful, as `stabbur_auth.unproven` has it.
record Credentials(Transaction tx) {
  private static final List<String> END =
      List.of(
          """
          delete from auth.sessions s using stabbur_auth.unproven p
          where p.user_id = ? and s.user_id = p.user_id and coalesce(s.created_at, now()) >= p.since\
          """,
          """
          delete from auth.refresh_tokens t using stabbur_auth.unproven p
          where p.user_id = ? and t.user_id = p.user_id::text and t.session_id is null
            and coalesce(t.created_at, now()) >= p.since\
          """,
          """
          delete from auth.mfa_factors f using stabbur_auth.unproven p
          where p.user_id = ? and f.user_id = p.user_id and f.created_at >= p.since\
          """,
          """
          delete from auth.webauthn_credentials c using stabbur_auth.unproven p
          where p.user_id = ? and c.user_id = p.user_id and c.created_at >= p.since\
          """,
          """
          update auth.oauth_consents c set revoked_at = greatest(now(), c.granted_at)
          from stabbur_auth.unproven p
          where p.user_id = ? and c.user_id = p.user_id and c.revoked_at is null
            and c.granted_at >= p.since\
          """,
          """
          update auth.users u set updated_at = now(),
            encrypted_password = case
              when p.kept_password = sha256(convert_to(u.encrypted_password, 'UTF8'))
              then u.encrypted_password else '' end
          from stabbur_auth.unproven p where p.user_id = ? and u.id = p.user_id\
          """);

  /// Sessions, refresh tokens, factors, passkeys, consents, flows, codes and links, the password
  /// unless it is the one from before, identities and the phone number.
  ///
  /// @param proving the identity that stays, since it proves whose the account is
  void end(UUID user, Optional<UUID> proving) {
    END.forEach(sql -> tx.update(Statement.of(sql, user)));
    new OneTimeTokens(tx).endAll(user);
    new FlowStates(tx).endBegun(user);
    new FlowStates(tx).endWaiting(user);
    if (endIdentities(user, proving.orElse(null)).contains("phone")) {
      tx.update(
          Statement.of(
              "update auth.users set phone = null, phone_confirmed_at = null where id = ?", user));
    }
    var users = new Users(tx);
    users.syncProviders(users.get(user));
  }

  /// The providers of the identities that ended. That of the account's own address says no more
  /// than the address; a number that was changed is as good as a new one.
  private List<String> endIdentities(UUID user, @Nullable UUID proving) {
    return tx.list(
        Statement.of(
            """
            delete from auth.identities i using stabbur_auth.unproven p, auth.users u
            where p.user_id = ? and u.id = p.user_id and i.user_id = p.user_id
              and i.id is distinct from ?::uuid
              and not (i.provider = 'email' and i.email = lower(u.email))
              and not (i.provider = 'phone' and coalesce(u.email, '') = '')
              and (coalesce(i.created_at, now()) >= p.since
                or (i.provider = 'phone' and i.updated_at >= p.since))
            returning i.provider\
            """,
            user,
            proving == null ? null : proving.toString()),
        rows -> rows.getString(1));
  }
}
