package io.stabbur.auth.account;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A user about to be created.
///
/// @param passwordHash "" for a user without a password
/// @param provider `email`, `phone` or the provider they came through; "" for an anonymous one
public record NewUser(
    UUID id,
    String audience,
    String role,
    String email,
    String phone,
    String passwordHash,
    String provider,
    JsonNode metadata,
    JsonNode appMetadata,
    Kind kind) {
  /// What sort of account it is.
  public enum Kind {
    PERMANENT,
    ANONYMOUS,
    SSO
  }

  /// The columns of the row; token columns are "" as the original writes them.
  public UserChange columns() {
    return new UserChange()
        .set(UserColumn.AUD, audience)
        .set(UserColumn.ROLE, role)
        .setOrNull(UserColumn.EMAIL, email)
        .setOrNull(UserColumn.PHONE, phone)
        .set(UserColumn.ENCRYPTED_PASSWORD, passwordHash)
        .set(UserColumn.RAW_APP_META_DATA, providers())
        .set(UserColumn.RAW_USER_META_DATA, metadata)
        .set(UserColumn.CONFIRMATION_TOKEN, "")
        .set(UserColumn.RECOVERY_TOKEN, "")
        .set(UserColumn.EMAIL_CHANGE, "")
        .set(UserColumn.EMAIL_CHANGE_TOKEN_NEW, "")
        .set(UserColumn.IS_SSO_USER, kind == Kind.SSO)
        .set(UserColumn.IS_ANONYMOUS, kind == Kind.ANONYMOUS);
  }

  private JsonNode providers() {
    return provider.isEmpty()
        ? appMetadata
        : Fields.of(appMetadata)
            .put("provider", provider)
            .put("providers", List.of(provider))
            .node();
  }

  /// The user as a hook sees it before there is a row.
  public JsonNode preview() {
    return new Fields()
        .put("id", id.toString())
        .put("aud", audience)
        .put("role", role)
        .put("email", email)
        .put("phone", phone)
        .put("app_metadata", providers())
        .put("user_metadata", metadata)
        .put("identities", List.of())
        .put("is_anonymous", kind == Kind.ANONYMOUS)
        .node();
  }

  /// Claims of the identity that comes with an e-mail address or a phone number.
  public static JsonNode firstIdentity(UUID id, String email, String phone, JsonNode data) {
    var claims = Fields.of(data).put("sub", id.toString());
    return claims
        .maybe("email", email)
        .maybe("phone", phone)
        .put("email_verified", false)
        .put("phone_verified", false)
        .node();
  }

  public static JsonNode nothing() {
    return JsonNode.createObjectNode(Map.of());
  }
}
