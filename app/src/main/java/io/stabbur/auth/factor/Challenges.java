package io.stabbur.auth.factor;

import io.stabbur.auth.account.FactorType;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.webauthn.PublicKey;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/// Factors and their challenges as rows, inside one transaction.
record Challenges(Transaction tx) {
  void insertFactor(UUID id, UUID user, FactorType type, String name, String secret, String phone) {
    tx.update(
        Statement.of(
            """
            insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret,
              phone, created_at, updated_at)
            values (?, ?, ?, ?::auth.factor_type, 'unverified', ?, ?, now(), now())\
            """,
            id,
            user,
            name,
            type.wire(),
            secret.isEmpty() ? null : secret,
            phone.isEmpty() ? null : phone));
  }

  /// Forgets factors that were begun and never finished.
  void purgeStale(UUID user) {
    tx.update(
        Statement.of(
            """
            delete from auth.mfa_factors where user_id = ? and status = 'unverified'
              and created_at < now() - interval '5 minutes'
              and not exists (select 1 from auth.mfa_challenges c where c.factor_id = mfa_factors.id
                              and c.created_at > now() - interval '5 minutes')\
            """,
            user));
  }

  void deleteFactor(UUID factor) {
    tx.update(Statement.of("delete from auth.mfa_factors where id = ?", factor));
  }

  void deleteOtherUnverified(UUID user, UUID kept, FactorType type) {
    tx.update(
        Statement.of(
            """
            delete from auth.mfa_factors where user_id = ? and id <> ? and status = 'unverified'
              and factor_type::text = ?\
            """,
            user,
            kept,
            type.wire()));
  }

  void verify(UUID factor) {
    tx.update(
        Statement.of(
            "update auth.mfa_factors set status = 'verified', updated_at = now() where id = ?",
            factor));
  }

  void rename(UUID factor, String name) {
    tx.update(
        Statement.of(
            "update auth.mfa_factors set friendly_name = ?, updated_at = now() where id = ?",
            name,
            factor));
  }

  void insert(UUID id, UUID factor, String ip, String codeHash) {
    tx.update(
        Statement.of(
            """
            with c as (
              insert into auth.mfa_challenges (id, factor_id, created_at, ip_address, otp_code)
              values (?, ?, now(), ?::inet, ?))
            update auth.mfa_factors set last_challenged_at = now() where id = ?\
            """,
            id,
            factor,
            ip.isEmpty() ? "0.0.0.0" : ip,
            codeHash.isEmpty() ? null : codeHash,
            factor));
  }

  /// A challenge that an authenticator answers.
  void insertWebAuthn(UUID id, UUID factor, String ip, String challenge) {
    insert(id, factor, ip, "");
    tx.update(
        Statement.of(
            "update auth.mfa_challenges set web_authn_session_data = ? where id = ?",
            new Jsonb(Json.write(new Fields().put("challenge", challenge).node())),
            id));
  }

  /// What a factor's authenticator proved last: the credential with its counter.
  void keepCredential(UUID factor, PublicKey key) {
    tx.update(
        Statement.of(
            """
            update auth.mfa_factors
            set web_authn_credential = ?, web_authn_aaguid = ?, updated_at = now() where id = ?\
            """,
            new Jsonb(Json.write(WebAuthnFactors.stored(key))),
            key.aaguid(),
            factor));
  }

  /// The challenge, locked so that it is used once.
  Optional<Row> lock(UUID id, UUID factor) {
    return tx.first(
        Statement.of(
            """
            select (to_jsonb(c) || jsonb_build_object('ip', host(c.ip_address)))::text
            from auth.mfa_challenges c where c.id = ? and c.factor_id = ? for update\
            """,
            id,
            factor),
        Row::read);
  }

  void close(UUID id) {
    tx.update(Statement.of("update auth.mfa_challenges set verified_at = now() where id = ?", id));
  }

  /// Whether a code of this time step or a later one was taken before: a code works once.
  boolean stepUsed(UUID factor, long step) {
    return tx.first(
            Statement.of(
                """
                select 1 from auth.mfa_challenges where factor_id = ? and verified_at is not null
                  and otp_code = ?\
                """,
                factor,
                "step:" + step),
            rows -> true)
        .isPresent();
  }

  void rememberStep(UUID challenge, long step) {
    tx.update(
        Statement.of(
            "update auth.mfa_challenges set otp_code = ? where id = ?", "step:" + step, challenge));
  }
}
