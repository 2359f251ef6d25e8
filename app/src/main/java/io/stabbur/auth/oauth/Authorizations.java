package io.stabbur.auth.oauth;

import io.stabbur.auth.request.Row;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The table of authorizations, inside one transaction. Of a code only its hash is stored.
record Authorizations(Transaction tx) {
  private static final int SWEPT_AT_ONCE = 50;

  /// Begins an authorization.
  ///
  /// @return the id by which the app's page knows it
  String begin(UUID client, AuthorizeRequest request, Instant now, Instant expires) {
    sweep(now);
    var id = Crypto.randomText(24);
    tx.update(
        Statement.of(
            """
            insert into auth.oauth_authorizations
              (id, authorization_id, client_id, redirect_uri, scope, state, resource,
               code_challenge, code_challenge_method, nonce, created_at, expires_at)
            values (gen_random_uuid(), ?, ?, ?, ?, ?, ?, ?, ?::auth.code_challenge_method, ?, ?, ?)\
            """,
            id,
            client,
            request.redirectUri(),
            request.scopes().text(),
            nothing(request.state()),
            nothing(request.resource()),
            nothing(request.challenge()),
            request.challenge().isEmpty() ? null : "s256",
            nothing(request.nonce()),
            now,
            expires));
    return id;
  }

  private static @org.jspecify.annotations.Nullable String nothing(String text) {
    return text.isEmpty() ? null : text;
  }

  /// The authorization, which nobody else changes until this transaction ends.
  Optional<Authorization> locked(String publicId) {
    return tx.first(
            Statement.of(
                """
                select to_jsonb(a)::text from auth.oauth_authorizations a
                where a.authorization_id = ? for update\
                """,
                publicId),
            Row::read)
        .map(Authorization::new);
  }

  /// The approved authorization a code belongs to, locked likewise.
  Optional<Authorization> byCode(String code) {
    return tx.first(
            Statement.of(
                """
                select to_jsonb(a)::text from auth.oauth_authorizations a
                where a.authorization_code = ? and a.status = 'approved' for update\
                """,
                OAuthClient.hash(code)),
            Row::read)
        .map(Authorization::new);
  }

  void bind(Authorization authorization, UUID user) {
    tx.update(
        Statement.of(
            "update auth.oauth_authorizations set user_id = ? where id = ?",
            user,
            authorization.id()));
  }

  /// Approves an authorization.
  ///
  /// @return the code to be exchanged until `expires`
  String approve(Authorization authorization, Instant now, Instant expires) {
    var code = Crypto.randomText(32);
    tx.update(
        Statement.of(
            """
            update auth.oauth_authorizations
            set status = 'approved', approved_at = ?, authorization_code = ?, expires_at = ?
            where id = ?\
            """,
            now,
            OAuthClient.hash(code),
            expires,
            authorization.id()));
    return code;
  }

  /// Without a code: a device asks for its tokens with the code it has.
  void approveDevice(Authorization authorization, Instant now) {
    tx.update(
        Statement.of(
            """
            update auth.oauth_authorizations set status = 'approved', approved_at = ?
            where id = ?\
            """,
            now,
            authorization.id()));
  }

  void deny(Authorization authorization) {
    tx.update(
        Statement.of(
            "update auth.oauth_authorizations set status = 'denied' where id = ?",
            authorization.id()));
  }

  void delete(Authorization authorization) {
    tx.update(
        Statement.of("delete from auth.oauth_authorizations where id = ?", authorization.id()));
  }

  void deleteOf(UUID user, UUID client) {
    tx.update(
        Statement.of(
            "delete from auth.oauth_authorizations where user_id = ? and client_id = ?",
            user,
            client));
  }

  /// Remembers which session a code was exchanged for.
  void noteUsed(String code, UUID session, Instant now) {
    tx.update(
        Statement.of(
            """
            with old as (delete from stabbur_auth.oauth_used_codes where used_at < ?)
            insert into stabbur_auth.oauth_used_codes (code_hash, session_id, used_at)
            values (?, ?, ?)\
            """,
            now.minusSeconds(3600),
            OAuthClient.hash(code),
            session,
            now));
  }

  /// The session that a code was exchanged for before.
  Optional<UUID> sessionOfUsed(String code) {
    return tx.first(
        Statement.of(
            "select session_id from stabbur_auth.oauth_used_codes where code_hash = ?",
            OAuthClient.hash(code)),
        rows -> rows.getObject(1, UUID.class));
  }

  /// Anybody may begin one, so those that nobody finished do not stay.
  private void sweep(Instant now) {
    tx.update(
        Statement.of(
            """
            delete from auth.oauth_authorizations where id in (
              select id from auth.oauth_authorizations
              where expires_at < ? limit ? for update skip locked)\
            """,
            now.minusSeconds(3600),
            SWEPT_AT_ONCE));
  }
}
