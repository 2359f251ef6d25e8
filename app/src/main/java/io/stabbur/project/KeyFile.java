package io.stabbur.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The one place where a project's keys are kept: `keys.json` in its folder, readable by its owner
/// alone. Made on first start; a key given in the settings wins over the one in the file.
final class KeyFile {
  private static final Duration LIFE_OF_LEGACY_KEYS = Duration.ofDays(3650);

  private KeyFile() {}

  static Keys loadOrCreate(Path folder, ProjectSettings settings) {
    var file = folder.resolve("keys.json");
    try {
      var stored = Files.exists(file) ? read(file) : new LinkedHashMap<String, String>();
      var before = stored.size();
      var keys = complete(stored, settings);
      if (stored.size() != before) {
        write(file, stored);
      }
      return keys;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// What the file says under names that begin with `prefix`, such as the versions of one key.
  static SequencedMap<String, String> entries(Path folder, String prefix) {
    var file = folder.resolve("keys.json");
    try {
      var found = new LinkedHashMap<String, String>();
      read(file)
          .forEach(
              (name, value) -> {
                if (name.startsWith(prefix)) {
                  found.put(name, value);
                }
              });
      return found;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// Differs whenever the file was written anew.
  static Object stamp(Path folder) {
    var file = folder.resolve("keys.json");
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// Writes entries together; they are on disk when this returns.
  static synchronized void put(Path folder, Map<String, String> entries) {
    var file = folder.resolve("keys.json");
    try {
      var stored = read(file);
      stored.putAll(entries);
      write(file, stored);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static StartFailure unreadable(Path file, IOException cause) {
    return new StartFailure(
        "The key file %s cannot be read or written; check its owner and permissions."
            .formatted(file),
        cause);
  }

  private static Keys complete(Map<String, String> stored, ProjectSettings settings) {
    var jwtSecret = or(settings.jwtSecret(), stored, "jwt_secret", () -> Crypto.randomText(48));
    refuseWeak(jwtSecret, settings.name());
    var name = settings.name();
    return new Keys(
        Secret.of(jwtSecret),
        Secret.of(
            or(settings.anonKey(), stored, "anon_key", () -> legacyKey(jwtSecret, name, "anon"))),
        Secret.of(
            or(
                settings.serviceRoleKey(),
                stored,
                "service_role_key",
                () -> legacyKey(jwtSecret, name, "service_role"))),
        Secret.of(
            or(
                settings.publishableKey(),
                stored,
                "publishable_key",
                () -> opaqueKey("sb_publishable_"))),
        Secret.of(or(settings.secretKey(), stored, "secret_key", () -> opaqueKey("sb_secret_"))),
        Secret.of(or(null, stored, "s3_access_key_id", () -> Crypto.randomText(15))),
        Secret.of(or(null, stored, "s3_secret_access_key", () -> Crypto.randomText(30))),
        Secret.of(or(settings.masterKey(), stored, "master_key", () -> Crypto.randomText(32))),
        Secret.of(or(null, stored, "superuser_password", () -> Crypto.randomText(24))),
        Secret.of(
            or(settings.adminPassword(), stored, "database_password", () -> Crypto.randomText(24))),
        Secret.of(or(settings.apiPassword(), stored, "api_password", () -> Crypto.randomText(24))));
  }

  /// Secrets that everybody can look up, and ones too short for HS256 (RFC 7518, 3.2), protect
  /// nothing.
  private static void refuseWeak(String jwtSecret, String project) {
    if (jwtSecret.getBytes(StandardCharsets.UTF_8).length < 32
        || jwtSecret.contains("super-secret-jwt-token-with-at-least-32-characters-long")) {
      throw new StartFailure(
          "The jwt-secret of project %s is a sample or shorter than 32 bytes; set a secret of your own or leave it out to have one made."
              .formatted(project));
    }
  }

  private static String or(
      @Nullable String configured,
      Map<String, String> stored,
      String name,
      java.util.function.Supplier<String> fresh) {
    return configured != null ? configured : stored.computeIfAbsent(name, _ -> fresh.get());
  }

  /// A long-lived HS256 token with a role, as client libraries have used them as API keys.
  private static String legacyKey(String jwtSecret, String project, String role) {
    var now = Instant.now();
    var header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    var claims =
        Json.write(
            JsonNode.createObjectNode(
                ordered(
                    "iss", JsonNode.createStringNode("supabase"),
                    "ref", JsonNode.createStringNode(project),
                    "role", JsonNode.createStringNode(role),
                    "iat", JsonNode.createNumberNode(now.getEpochSecond()),
                    "exp",
                        JsonNode.createNumberNode(
                            now.plus(LIFE_OF_LEGACY_KEYS).getEpochSecond()))));
    var signed =
        Crypto.base64Url(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + Crypto.base64Url(claims.getBytes(StandardCharsets.UTF_8));
    return signed
        + "."
        + Crypto.base64Url(
            Crypto.hmacSha256(
                jwtSecret.getBytes(StandardCharsets.UTF_8),
                signed.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, JsonNode> ordered(Object... pairs) {
    var map = new LinkedHashMap<String, JsonNode>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], (JsonNode) pairs[i + 1]);
    }
    return map;
  }

  /// Prefix, random part and a checksum by which a mistyped key can be told from a revoked one.
  private static String opaqueKey(String prefix) {
    var random = prefix + Crypto.randomText(17).substring(0, 22);
    return random + "_" + Crypto.sha256Hex(random).substring(0, 8);
  }

  private static SequencedMap<String, String> read(Path file) throws IOException {
    var map = new LinkedHashMap<String, String>();
    for (var entry : Json.parse(Files.readAllBytes(file)).entries()) {
      map.put(entry.getKey(), entry.getValue().getStringValue());
    }
    return map;
  }

  private static void write(Path file, Map<String, String> stored) throws IOException {
    var nodes = new LinkedHashMap<String, JsonNode>();
    stored.forEach((name, value) -> nodes.put(name, JsonNode.createStringNode(value)));
    DurableFile.write(file, Json.write(JsonNode.createObjectNode(nodes)));
  }
}
