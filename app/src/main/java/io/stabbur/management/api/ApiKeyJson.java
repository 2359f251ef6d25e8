package io.stabbur.management.api;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.Keys;
import io.stabbur.project.Project;

/// The API keys of a project that hold, as the management API lists them. The text of a secret key
/// is known only of those that the key file has.
final class ApiKeyJson {
  private static final String MASK = "****************";

  private ApiKeyJson() {}

  /// Whether the texts of secret keys are shown.
  enum Shown {
    REVEALED,
    MASKED
  }

  static JsonNode all(Project project, Shown shown) {
    var keys = ApiKeyStore.of(project).now().keys().stream().filter(ApiKey::counts).toList();
    return JsonFields.array(keys, key -> one(project.keys(), key, shown));
  }

  private static JsonNode one(Keys keys, ApiKey key, Shown shown) {
    return new JsonFields()
        .put("name", name(key))
        .put("api_key", text(keys, key, shown))
        .put("id", key.id().toString())
        .put("type", type(key))
        .put("prefix", key.prefix())
        .put("inserted_at", key.createdAt().toString())
        .put("updated_at", key.createdAt().toString())
        .json();
  }

  /// Keys of the older form are called by their role.
  private static String name(ApiKey key) {
    return switch (key.kind()) {
      case ANON, SERVICE_ROLE -> key.kind().wire();
      case PUBLISHABLE, SECRET -> key.name();
    };
  }

  private static String type(ApiKey key) {
    return switch (key.kind()) {
      case ANON, SERVICE_ROLE -> "legacy";
      case PUBLISHABLE, SECRET -> key.kind().wire();
    };
  }

  private static String text(Keys keys, ApiKey key, Shown shown) {
    var known = key.publicKey();
    if (known != null) {
      return known;
    }
    var current =
        switch (key.kind()) {
          case ANON -> keys.anonKey();
          case SERVICE_ROLE -> keys.serviceRoleKey();
          case PUBLISHABLE -> keys.publishableKey();
          case SECRET -> keys.secretKey();
        };
    boolean isCurrent = Crypto.sha256Hex(current.reveal()).equals(key.hash());
    return shown == Shown.REVEALED && isCurrent ? current.reveal() : key.prefix() + MASK;
  }
}
