package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Registers programs: themselves where that is allowed, or by an administrator, who also changes
/// and removes them. A secret is told once, when it is made.
@Singleton
final class ClientRegistration {
  /// How long a program that registered itself may wait for the first person who lets it in.
  private static final Duration UNUSED = Duration.ofDays(7);

  private final OAuthServerSettings settings;
  private final Audit audit;

  ClientRegistration(OAuthServerSettings settings, Audit audit) {
    this.settings = settings;
    this.audit = audit;
  }

  JsonNode registerItself(AuthRequest authRequest, byte @Nullable [] bytes) {
    if (!settings.dynamicRegistration()) {
      throw AuthError.forbidden(
          AuthCode.OAUTH_DYNAMIC_CLIENT_REGISTRATION_DISABLED,
          "Dynamic client registration is not enabled");
    }
    return register(authRequest, OAuthClient.DYNAMIC, JsonBody.parse(bytes));
  }

  /// By an administrator.
  JsonNode register(AuthRequest authRequest, JsonBody body) {
    return register(authRequest, "manual", body);
  }

  private JsonNode register(AuthRequest authRequest, String how, JsonBody body) {
    var request = ClientRequest.of(body);
    var secret = request.method().isPublic() ? null : Crypto.randomText(32);
    return authRequest.write(
        tx -> {
          if (how.equals(OAuthClient.DYNAMIC)) {
            new OAuthClients(tx).deleteUnused(authRequest.now().minus(UNUSED));
          }
          var client = new OAuthClients(tx).insert(UUID.randomUUID(), how, request, secret);
          note(tx, authRequest, Audit.Action.OAUTH_CLIENT_CREATED, client);
          return client
              .fields(secret == null ? "" : secret)
              .put("client_id_issued_at", client.createdAt().getEpochSecond())
              .node();
        });
  }

  List<JsonNode> all(AuthRequest authRequest) {
    return authRequest.read(
        tx -> new OAuthClients(tx).all().stream().map(client -> client.fields().node()).toList());
  }

  JsonNode get(AuthRequest authRequest, String id) {
    return authRequest.read(tx -> find(tx, id)).fields().node();
  }

  JsonNode update(AuthRequest authRequest, String id, JsonBody body) {
    return authRequest.write(
        tx -> {
          var client = find(tx, id);
          var changed = new OAuthClients(tx).update(client.id(), ClientChange.of(body, client));
          note(tx, authRequest, Audit.Action.OAUTH_CLIENT_UPDATED, client);
          return changed.fields().node();
        });
  }

  void delete(AuthRequest authRequest, String id) {
    authRequest.write(
        tx -> {
          var client = find(tx, id);
          new OAuthClients(tx).delete(client.id());
          note(tx, authRequest, Audit.Action.OAUTH_CLIENT_DELETED, client);
          return true;
        });
  }

  /// A new secret; the old one is good no longer.
  JsonNode renewSecret(AuthRequest authRequest, String id) {
    var secret = Crypto.randomText(32);
    return authRequest.write(
        tx -> {
          var client = find(tx, id);
          if (client.isPublic()) {
            throw AuthError.invalid("Cannot regenerate secret for public client");
          }
          var changed = new OAuthClients(tx).setSecret(client.id(), secret);
          note(tx, authRequest, Audit.Action.OAUTH_CLIENT_SECRET_RENEWED, client);
          return changed.fields(secret).node();
        });
  }

  private static OAuthClient find(Transaction tx, String id) {
    return new OAuthClients(tx).byId(uuid(id)).orElseThrow(ClientRegistration::unknown);
  }

  static UUID uuid(String id) {
    return Uuids.parse(id).orElseThrow(() -> AuthError.invalid("invalid client_id format"));
  }

  private static ApiException unknown() {
    return AuthError.notFound(AuthCode.OAUTH_CLIENT_NOT_FOUND, "OAuth client not found");
  }

  private void note(
      Transaction tx, AuthRequest authRequest, Audit.Action action, OAuthClient client) {
    var traits = new Fields().put("client_id", client.id().toString());
    audit.write(tx, authRequest, action, null, traits.node());
  }
}
