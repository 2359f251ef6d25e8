package io.stabbur.auth.account;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what happened to an account to `auth.audit_log_entries`, in the transaction it happened
/// in.
@Singleton
public final class Audit {
  /// What happened, and the group it is filed under.
  public enum Action {
    LOGIN("account"),
    LOGOUT("account"),
    INVITE_ACCEPTED("account"),
    USER_SIGNEDUP("team"),
    USER_INVITED("team"),
    USER_DELETED("team"),
    USER_MODIFIED("user"),
    USER_RECOVERY_REQUESTED("user"),
    USER_REAUTHENTICATE_REQUESTED("user"),
    USER_CONFIRMATION_REQUESTED("user"),
    USER_REPEATED_SIGNUP("user"),
    USER_UPDATED_PASSWORD("user"),
    TOKEN_REVOKED("token"),
    TOKEN_REFRESHED("token"),
    FACTOR_IN_PROGRESS("factor"),
    FACTOR_UNENROLLED("factor"),
    FACTOR_UPDATED("factor"),
    FACTOR_DELETED("factor"),
    CHALLENGE_CREATED("factor"),
    VERIFICATION_ATTEMPTED("factor"),
    PASSKEY_CREATED("user"),
    PASSKEY_UPDATED("user"),
    PASSKEY_DELETED("user"),
    IDENTITY_LINKED("user"),
    IDENTITY_UNLINKED("user"),
    APPLICATION_TOKEN_CREATED("credential"),
    APPLICATION_TOKEN_USED("credential"),
    APPLICATION_TOKEN_REVOKED("credential"),
    API_KEY_CREATED("credential"),
    API_KEY_ROTATED("credential"),
    API_KEY_REVOKED("credential"),
    API_KEYS_CONFIRMED("credential"),
    OAUTH_CLIENT_CREATED("credential"),
    OAUTH_CLIENT_UPDATED("credential"),
    OAUTH_CLIENT_DELETED("credential"),
    OAUTH_CLIENT_SECRET_RENEWED("credential"),
    OAUTH_CONSENT_GIVEN("token"),
    SIGNING_KEY_IMPORTED("credential"),
    SIGNING_KEY_ROTATED("credential"),
    SIGNING_KEY_REVOKED("credential");

    private final String logType;

    Action(String logType) {
      this.logType = logType;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
  private static final String INTO =
      "insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address) values"
          + " ";
  private static final JsonNode NONE = JsonNode.createObjectNode(Map.of());
  private final AuthSettings settings;

  Audit(AuthSettings settings) {
    this.settings = settings;
  }

  public void write(Transaction tx, AuthRequest authRequest, Action action, User actor) {
    write(tx, authRequest, action, actor, NONE);
  }

  /// Something that an administrator's key did to a key. It is done: an entry that cannot be
  /// written does not keep a new key's text, which is told once, from whoever made it.
  public void writeDone(AuthRequest authRequest, Action action, Fields traits) {
    try {
      authRequest.write(
          tx -> {
            write(tx, authRequest, action, null, traits.node());
            return true;
          });
    } catch (ApiException e) {
      LOG.error("{} of {} has no entry in the audit log: {}", action, traits.node(), e.error());
    }
  }

  /// What somebody did at once, as one statement to be part of another; empty where no entries are
  /// kept.
  public Optional<SqlText> entries(AuthRequest authRequest, User actor, Action... actions) {
    if (!settings.auditTable()) {
      return Optional.empty();
    }
    var sql = new SqlText().add(INTO);
    for (int i = 0; i < actions.length; i++) {
      if (i > 0) {
        sql.add(", ");
      }
      sql.append(values(authRequest, actions[i], actor, NONE));
    }
    return Optional.of(sql);
  }

  private static SqlText values(
      AuthRequest authRequest, Action action, @Nullable User actor, JsonNode traits) {
    return new SqlText()
        .add("('00000000-0000-0000-0000-000000000000', gen_random_uuid(), ")
        .value(new Jsonb(Json.write(payload(authRequest, action, actor, traits))))
        .add("::json, now(), ")
        .value(authRequest.ip())
        .add(")");
  }

  /// Without an actor an administrator's key did it.
  public void write(
      Transaction tx,
      AuthRequest authRequest,
      Action action,
      @Nullable User actor,
      JsonNode traits) {
    if (!settings.auditTable()) {
      return;
    }
    tx.later(
        new SqlText().add(INTO).append(values(authRequest, action, actor, traits)).statement());
  }

  private static JsonNode payload(
      AuthRequest authRequest, Action action, @Nullable User actor, JsonNode traits) {
    var fields =
        new Fields()
            .put("action", action.name().toLowerCase(Locale.ROOT))
            .put(
                "actor_id",
                actor == null ? "00000000-0000-0000-0000-000000000000" : actor.id().toString())
            .put("actor_username", name(actor))
            .put("actor_via_sso", actor != null && actor.sso())
            .put("log_type", action.logType)
            .put("timestamp", authRequest.now().toString());
    return (traits.size() == 0 ? fields : fields.put("traits", traits)).node();
  }

  private static String name(@Nullable User actor) {
    if (actor == null) {
      return "service_role";
    }
    return actor.email().isEmpty() ? actor.phone() : actor.email();
  }
}
