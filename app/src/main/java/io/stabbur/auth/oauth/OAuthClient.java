package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A program that signs people in here: a row of `auth.oauth_clients`.
record OAuthClient(Row row) {
  static final String DYNAMIC = "dynamic";

  UUID id() {
    return row.uuid("id");
  }

  AuthMethod method() {
    return AuthMethod.of(row.text("token_endpoint_auth_method")).orElse(AuthMethod.NONE);
  }

  boolean isPublic() {
    return row.text("client_type").equals("public");
  }

  /// Whether it registered itself, so that nobody of the project knows it.
  boolean isDynamic() {
    return row.text("registration_type").equals(DYNAMIC);
  }

  boolean redirectsTo(String uri) {
    return list("redirect_uris").stream().anyMatch(known -> RedirectUri.matches(known, uri));
  }

  boolean mayUse(GrantType type) {
    return list("grant_types").contains(type.wire());
  }

  /// As the hash is stored, by the original too: SHA-256, in base64url. A secret has 256 random
  /// bits.
  static String hash(String secret) {
    return Crypto.base64Url(Crypto.sha256(secret.getBytes(StandardCharsets.UTF_8)));
  }

  boolean hasSecret(String secret) {
    var stored = row.text("client_secret_hash");
    return !stored.isEmpty() && Crypto.same(stored, hash(secret));
  }

  Fields fields() {
    return fields("");
  }

  /// The client as its owner sees it.
  ///
  /// @param secret told where it was just made, else ""
  Fields fields(String secret) {
    var fields =
        new Fields()
            .put("client_id", id().toString())
            .maybe("client_secret", secret)
            .put("client_type", row.text("client_type"))
            .put("redirect_uris", list("redirect_uris"))
            .put("token_endpoint_auth_method", row.text("token_endpoint_auth_method"))
            .put("grant_types", list("grant_types"))
            .put("response_types", List.of("code"))
            .maybe("client_name", row.text("client_name"))
            .maybe("client_uri", row.text("client_uri"))
            .maybe("logo_uri", row.text("logo_uri"))
            .put("registration_type", row.text("registration_type"))
            .maybe("created_at", row.instant("created_at"))
            .maybe("updated_at", row.instant("updated_at"));
    // RFC 7591 asks for it beside every secret; 0 is never
    return secret.isEmpty() ? fields : fields.put("client_secret_expires_at", 0);
  }

  /// The client as somebody sees it who is asked for consent.
  JsonNode described() {
    return new Fields()
        .put("id", id().toString())
        .maybe("name", row.text("client_name"))
        .maybe("uri", row.text("client_uri"))
        .maybe("logo_uri", row.text("logo_uri"))
        .node();
  }

  private List<String> list(String column) {
    return Stream.of(row.text(column).split(",", -1)).filter(each -> !each.isEmpty()).toList();
  }

  Instant createdAt() {
    var at = row.instant("created_at");
    return at == null ? Instant.EPOCH : at;
  }
}
