package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What people have let programs learn of them, inside one transaction.
record Consents(Transaction tx) {
  /// The scopes somebody has given a client, unless that was taken back.
  Optional<Scopes> active(UUID user, UUID client) {
    return tx.first(
        Statement.of(
            """
            select scopes from auth.oauth_consents
            where user_id = ? and client_id = ? and revoked_at is null\
            """,
            user,
            client),
        rows -> Scopes.of(rows.getString(1)));
  }

  void give(UUID user, UUID client, Scopes scopes) {
    tx.update(
        Statement.of(
            """
            insert into auth.oauth_consents (id, user_id, client_id, scopes, granted_at)
            values (gen_random_uuid(), ?, ?, ?, now())
            on conflict (user_id, client_id) do update
              set scopes = excluded.scopes, granted_at = excluded.granted_at, revoked_at = null\
            """,
            user,
            client,
            scopes.text()));
  }

  /// Takes a consent back; false when there is none.
  boolean revoke(UUID user, UUID client) {
    return tx.update(
            Statement.of(
                """
                update auth.oauth_consents set revoked_at = greatest(now(), granted_at)
                where user_id = ? and client_id = ? and revoked_at is null\
                """,
                user,
                client))
        > 0;
  }

  /// The programs somebody has let in, the latest first, as the wire shows them.
  List<JsonNode> ofUser(UUID user) {
    return tx
        .list(
            Statement.of(
                """
                select jsonb_build_object('consent', to_jsonb(o), 'client', to_jsonb(c))::text
                from auth.oauth_consents o
                join auth.oauth_clients c on c.id = o.client_id and c.deleted_at is null
                where o.user_id = ? and o.revoked_at is null
                order by o.granted_at desc, o.id\
                """,
                user),
            Row::read)
        .stream()
        .map(Consents::described)
        .toList();
  }

  private static JsonNode described(Row row) {
    var consent = row.row("consent");
    return new Fields()
        .put("client", new OAuthClient(row.row("client")).described())
        .put("scopes", Scopes.of(consent.text("scopes")).names())
        .maybe("granted_at", consent.instant("granted_at"))
        .node();
  }
}
