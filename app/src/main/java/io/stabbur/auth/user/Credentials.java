package io.stabbur.auth.user;

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
          // The newest flow that waits for its link may be the one that is being followed.
          """
          delete from auth.flow_state f using (select ?::uuid as id) person
          where (f.user_id = person.id or f.linking_target_id = person.id)
            and f.id is distinct from (
              select n.id from auth.flow_state n
              where n.user_id = person.id and n.auth_code_issued_at is null
                and n.linking_target_id is null
              order by n.created_at desc limit 1)\
          """,
          """
          update auth.users u set updated_at = now(),
            encrypted_password = case
              when p.kept_password = sha256(convert_to(u.encrypted_password, 'UTF8'))
              then u.encrypted_password else '' end,
            confirmation_token = '', recovery_token = '', reauthentication_token = '',
            email_change = '', email_change_token_new = '', email_change_token_current = '',
            email_change_confirm_status = 0, phone_change = '', phone_change_token = ''
          from stabbur_auth.unproven p where p.user_id = ? and u.id = p.user_id\
          """);

  /// Sessions, refresh tokens, factors, flows, codes and links, the password unless it is the one
  /// from before, identities and the phone number.
  ///
  /// @param proving the identity that stays, since it proves whose the account is
  void end(UUID user, Optional<UUID> proving) {
    END.forEach(sql -> tx.update(Statement.of(sql, user)));
    new OneTimeTokens(tx).clearAll(user);
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
