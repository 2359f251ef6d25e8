package io.stabbur.auth.account;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.password.PasswordHash;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A user with identities and factors, as the row of `auth.users` stood when it was read.
public record User(Row row, List<Identity> identities, List<Factor> factors) {
  static User of(Row row) {
    return new User(
        row,
        row.rows("identities").stream().map(Identity::new).toList(),
        row.rows("factors").stream().map(Factor::new).toList());
  }

  /// The same user with a new time of the last sign-in, which the database has been told already.
  public User signedInAt(Instant now) {
    var fields = Fields.of(row.json()).put("last_sign_in_at", now.toString());
    return new User(new Row(fields.node()), identities, factors);
  }

  public UUID id() {
    return row.uuid("id");
  }

  public String audience() {
    return row.text("aud");
  }

  public String role() {
    return row.text("role");
  }

  public String email() {
    return row.text("email");
  }

  public String phone() {
    return row.text("phone");
  }

  public Optional<PasswordHash> password() {
    return PasswordHash.parse(row.text("encrypted_password"));
  }

  public boolean hasPassword() {
    return !row.text("encrypted_password").isEmpty();
  }

  public boolean emailConfirmed() {
    return row.has("email_confirmed_at");
  }

  public boolean phoneConfirmed() {
    return row.has("phone_confirmed_at");
  }

  public boolean confirmed() {
    return emailConfirmed() || phoneConfirmed();
  }

  public boolean sso() {
    return row.flag("is_sso_user");
  }

  public boolean anonymous() {
    return row.flag("is_anonymous");
  }

  /// Whether nothing but the row is left of the account.
  public boolean deleted() {
    return row.has("deleted_at");
  }

  public boolean banned(Instant now) {
    var until = row.instant("banned_until");
    return until != null && now.isBefore(until);
  }

  public JsonNode appMetadata() {
    return row.object("raw_app_meta_data");
  }

  public JsonNode userMetadata() {
    return row.object("raw_user_meta_data");
  }

  public @Nullable Instant time(String column) {
    return row.instant(column);
  }

  public String text(String column) {
    return row.text(column);
  }

  public boolean hasVerifiedFactor() {
    return factors.stream().anyMatch(Factor::verified);
  }

  public Optional<Identity> identity(String provider) {
    return identities.stream().filter(i -> i.provider().equals(provider)).findFirst();
  }

  /// The user as clients see it.
  public JsonNode json() {
    return fields().node();
  }

  public Fields fields() {
    var fields =
        new Fields()
            .put("id", row.text("id"))
            .put("aud", audience())
            .put("role", role())
            .put("email", email())
            .maybe("email_confirmed_at", time("email_confirmed_at"))
            .maybe("invited_at", time("invited_at"))
            .put("phone", phone())
            .maybe("phone_confirmed_at", time("phone_confirmed_at"))
            .maybe("confirmation_sent_at", time("confirmation_sent_at"))
            .maybe("confirmed_at", time("confirmed_at"))
            .maybe("recovery_sent_at", time("recovery_sent_at"))
            .maybe("new_email", text("email_change"))
            .maybe("email_change_sent_at", time("email_change_sent_at"))
            .maybe("new_phone", text("phone_change"))
            .maybe("phone_change_sent_at", time("phone_change_sent_at"))
            .maybe("reauthentication_sent_at", time("reauthentication_sent_at"))
            .maybe("last_sign_in_at", time("last_sign_in_at"))
            .put("app_metadata", appMetadata())
            .put("user_metadata", userMetadata());
    if (!factors.isEmpty()) {
      fields.put("factors", JsonNode.createArrayNode(factors.stream().map(Factor::json).toList()));
    }
    return fields
        .put(
            "identities",
            JsonNode.createArrayNode(identities.stream().map(Identity::json).toList()))
        .maybe("created_at", time("created_at"))
        .maybe("updated_at", time("updated_at"))
        .maybe("banned_until", time("banned_until"))
        .maybe("deleted_at", time("deleted_at"))
        .put("is_anonymous", anonymous());
  }
}
