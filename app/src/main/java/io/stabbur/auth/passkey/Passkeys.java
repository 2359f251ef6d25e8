package io.stabbur.auth.passkey;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.webauthn.PublicKey;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// People's passkeys, inside one transaction.
record Passkeys(Transaction tx) {
  /// The row with its bytes in base64url.
  private static final String AS_JSON =
      """
      select (to_jsonb(c) || jsonb_build_object(
        'credential', rtrim(translate(encode(c.credential_id, 'base64'), E'+/\\n', '-_'), '='),
        'cose', rtrim(translate(encode(c.public_key, 'base64'), E'+/\\n', '-_'), '=')))::text
      from auth.webauthn_credentials c\
      """;

  List<Passkey> ofUser(UUID user) {
    return tx
        .list(
            Statement.of(AS_JSON + " where c.user_id = ? order by c.created_at, c.id", user),
            Row::read)
        .stream()
        .map(Passkey::new)
        .toList();
  }

  Optional<Passkey> ofUser(UUID user, UUID id) {
    return tx.first(
            Statement.of(AS_JSON + " where c.user_id = ? and c.id = ?", user, id), Row::read)
        .map(Passkey::new);
  }

  /// The passkey with an authenticator's id, which nobody else uses until this transaction ends.
  Optional<Passkey> locked(byte[] credential) {
    return tx.first(
            Statement.of(AS_JSON + " where c.credential_id = ? for update", credential), Row::read)
        .map(Passkey::new);
  }

  /// Adds a passkey; nothing when somebody has it already.
  Optional<Passkey> add(UUID user, PublicKey key, String name) {
    var id = UUID.randomUUID();
    int added =
        tx.update(
            Statement.of(
                """
                insert into auth.webauthn_credentials
                  (id, user_id, credential_id, public_key, attestation_type, aaguid, sign_count,
                   transports, backup_eligible, backed_up, friendly_name)
                values (?, ?, ?, ?, 'none', ?, ?, ?, ?, ?, ?)
                on conflict (credential_id) do nothing\
                """,
                id,
                user,
                key.idBytes(),
                key.coseBytes(),
                key.aaguid(),
                key.signCount(),
                new Jsonb(Json.write(texts(key.transports()))),
                key.backupEligible(),
                key.backedUp(),
                name));
    return added == 0 ? Optional.empty() : ofUser(user, id);
  }

  private static JsonNode texts(List<String> values) {
    return JsonNode.createArrayNode(values.stream().map(JsonNode::createStringNode).toList());
  }

  void used(Passkey passkey, PublicKey after) {
    tx.update(
        Statement.of(
            """
            update auth.webauthn_credentials
            set sign_count = ?, backed_up = ?, last_used_at = now(), updated_at = now()
            where id = ?\
            """,
            after.signCount(),
            after.backedUp(),
            passkey.id()));
  }

  void rename(Passkey passkey, String name) {
    tx.update(
        Statement.of(
            """
            update auth.webauthn_credentials set friendly_name = ?, updated_at = now()
            where id = ?\
            """,
            name,
            passkey.id()));
  }

  void delete(Passkey passkey) {
    tx.update(Statement.of("delete from auth.webauthn_credentials where id = ?", passkey.id()));
  }
}
