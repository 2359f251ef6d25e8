package io.stabbur.auth.oauth;

import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The table of clients, inside one transaction. A deleted client stays as a row, for what refers
/// to it, and is not found.
record OAuthClients(Transaction tx) {
  Optional<OAuthClient> byId(UUID id) {
    return tx.first(
            Statement.of(
                """
                select to_jsonb(c)::text from auth.oauth_clients c
                where c.id = ? and c.deleted_at is null\
                """,
                id),
            Row::read)
        .map(OAuthClient::new);
  }

  List<OAuthClient> all() {
    return tx
        .list(
            Statement.of(
                """
                select to_jsonb(c)::text from auth.oauth_clients c
                where c.deleted_at is null order by c.created_at desc, c.id\
                """),
            Row::read)
        .stream()
        .map(OAuthClient::new)
        .toList();
  }

  /// Deletes programs that registered themselves before then and that nobody ever let in.
  void deleteUnused(Instant before) {
    tx.update(
        Statement.of(
            """
            delete from auth.oauth_clients c
            where c.registration_type = 'dynamic' and c.created_at < ?
              and not exists (select from auth.oauth_consents o where o.client_id = c.id)
              and not exists (select from auth.sessions s where s.oauth_client_id = c.id)
              and not exists (
                select from auth.oauth_authorizations a
                where a.client_id = c.id and a.expires_at > now())\
            """,
            before));
  }

  OAuthClient insert(UUID id, String registration, ClientRequest request, @Nullable String secret) {
    var method = request.method();
    tx.update(
        Statement.of(
            """
            insert into auth.oauth_clients
              (id, registration_type, client_type, token_endpoint_auth_method, redirect_uris,
               grant_types, client_name, client_uri, logo_uri, client_secret_hash,
               created_at, updated_at)
            values (?, ?::auth.oauth_registration_type, ?::auth.oauth_client_type, ?, ?,
                    ?, ?, ?, ?, ?, now(), now())\
            """,
            id,
            registration,
            method.isPublic() ? "public" : "confidential",
            method.wire(),
            String.join(",", request.redirectUris()),
            String.join(",", request.grantTypes()),
            request.name(),
            request.uri(),
            request.logoUri(),
            secret == null ? null : OAuthClient.hash(secret)));
    return byId(id).orElseThrow();
  }

  /// Writes what the change names and keeps the rest.
  OAuthClient update(UUID id, ClientChange change) {
    tx.update(
        Statement.of(
            """
            update auth.oauth_clients set
              redirect_uris = coalesce(?, redirect_uris), grant_types = coalesce(?, grant_types),
              client_name = coalesce(?, client_name), client_uri = coalesce(?, client_uri),
              logo_uri = coalesce(?, logo_uri),
              token_endpoint_auth_method = coalesce(?, token_endpoint_auth_method),
              updated_at = now()
            where id = ?\
            """,
            change.redirectUris().map(uris -> String.join(",", uris)).orElse(null),
            change.grantTypes().map(types -> String.join(",", types)).orElse(null),
            change.name().orElse(null),
            change.uri().orElse(null),
            change.logoUri().orElse(null),
            change.method().map(AuthMethod::wire).orElse(null),
            id));
    return byId(id).orElseThrow();
  }

  OAuthClient setSecret(UUID id, String secret) {
    tx.update(
        Statement.of(
            "update auth.oauth_clients set client_secret_hash = ?, updated_at = now() where id = ?",
            OAuthClient.hash(secret),
            id));
    return byId(id).orElseThrow();
  }

  /// Nothing the client was given is good any longer.
  void delete(UUID id) {
    tx.update(
        Statement.of(
            "update auth.oauth_clients set deleted_at = now(), updated_at = now() where id = ?",
            id));
    tx.update(Statement.of("delete from auth.oauth_authorizations where client_id = ?", id));
    tx.update(Statement.of("delete from auth.sessions where oauth_client_id = ?", id));
    tx.update(
        Statement.of(
            """
            update auth.oauth_consents set revoked_at = greatest(now(), granted_at)
            where client_id = ? and revoked_at is null\
            """,
            id));
  }
}
