package io.stabbur.functions.supervise;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.secret.ProjectSecrets;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.SigningKeyStore;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/// The variables of each project: what the original gives every function, and over it the project's
/// secrets.
@Singleton
final class Environments {
  private final FunctionsSettings settings;
  private final ProjectSecrets secrets;
  private final PerProject<Environment> all = new PerProject<>(this::make);

  Environments(FunctionsSettings settings, ProjectSecrets secrets) {
    this.settings = settings;
    this.secrets = secrets;
  }

  Environment of(Project project) {
    return all.of(project);
  }

  private Environment make(Project project) {
    return () -> {
      var values = new TreeMap<String, String>();
      values.putAll(secrets.of(project).values());
      values.putAll(given(project));
      return new Environment.Variables(Crypto.sha256Hex(values.toString()), values);
    };
  }

  private Map<String, String> given(Project project) {
    var keys = project.keys();
    var values = new TreeMap<String, String>();
    values.put("SUPABASE_URL", project.publicUrl().toString());
    values.put("SUPABASE_ANON_KEY", keys.anonKey().reveal());
    values.put("SUPABASE_SERVICE_ROLE_KEY", keys.serviceRoleKey().reveal());
    values.put("SUPABASE_PUBLISHABLE_KEYS", named(keys.publishableKey().reveal()));
    values.put("SUPABASE_SECRET_KEYS", named(keys.secretKey().reveal()));
    values.put("SUPABASE_JWKS", publicKeys(project));
    values.put("SB_REGION", "local");
    if (settings.databaseAccess()) {
      values.put("SUPABASE_DB_URL", DatabaseUrl.of(project.admin().login()));
    }
    return values;
  }

  private static String named(String key) {
    return Json.write(JsonNode.createObjectNode(Map.of("default", JsonNode.createStringNode(key))));
  }

  private static String publicKeys(Project project) {
    var keys =
        SigningKeyStore.of(project).now().keys().stream()
            .filter(key -> key.jwk().toPublicJWK() != null)
            .map(key -> Json.parse(key.jwk().toPublicJWK().toJSONString()))
            .toList();
    return Json.write(JsonNode.createObjectNode(Map.of("keys", JsonNode.createArrayNode(keys))));
  }
}
