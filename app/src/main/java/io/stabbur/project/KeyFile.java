package io.stabbur.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.file.LockFile;
import io.stabbur.platform.json.Json;
import io.stabbur.project.ApiKey.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where a project's keys are kept: `keys.json` in its folder, readable by its owner
/// alone. Made on first start; a key given in the settings wins over the one in the file.
final class KeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
  private static final String LASTING = "s3_secret_access_key";

  private KeyFile() {}

  static Keys loadOrCreate(Path folder, ProjectSettings settings, SampleKeys.Use samples) {
    var file = folder.resolve("keys.json");
    try {
      var stored = readOrEmpty(file);
      var before = stored.size();
      var keys = complete(stored, settings, samples);
      if (stored.size() != before && KeyFolder.isLinked(file)) {
        throw new StartFailure(
            "The key file %s of project %s is incomplete, and Stabbur does not change the files of --keys; make new ones with `stabbur keys generate`."
                .formatted(file, settings.name()));
      }
      return stored.size() == before
          ? keys
          : changed(folder, fresh -> complete(fresh, settings, samples));
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

  /// The same keys with the API keys that the file has now, but for those that the settings give.
  static Keys withApiKeys(Path folder, ProjectSettings settings, Keys known) {
    var stored = entries(folder, "");
    var keys = known;
    for (var kind : Kind.values()) {
      var text = stored.get(kind.entry());
      if (settings.apiKey(kind) == null && text != null) {
        keys = keys.with(kind, Secret.of(text));
      }
    }
    return keys;
  }

  /// What is in each key file, is made with it, and is never rotated nor given by settings: two
  /// files that have it in common are of one project.
  ///
  /// @param text of a key file; one that cannot be read has nothing
  static Optional<String> lasting(String text) {
    try {
      var node = Json.parse(text);
      return node.isObject()
          ? Optional.ofNullable(Json.textOrNull(node, LASTING))
          : Optional.empty();
    } catch (ApiException _) {
      return Optional.empty();
    }
  }

  /// The same of the file in a folder.
  static Optional<String> lasting(Path folder) {
    return Optional.ofNullable(entries(folder, LASTING).get(LASTING));
  }

  /// Differs whenever the file was written anew: it is another file then.
  static Object stamp(Path folder) {
    var file = folder.resolve("keys.json");
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.lastModifiedTime() + " " + attributes.fileKey();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// Writes entries together; they are on disk when this returns.
  static void put(Path folder, Map<String, String> entries) {
    change(
        folder,
        stored -> {
          stored.putAll(entries);
          return entries;
        });
  }

  /// Reads, changes and replaces the file while no other process does; what `work` returns.
  static <T> T change(Path folder, Function<SequencedMap<String, String>, T> work) {
    try {
      return changed(folder, work);
    } catch (IOException e) {
      throw unreadable(folder.resolve("keys.json"), e);
    }
  }

  private static <T> T changed(Path folder, Function<SequencedMap<String, String>, T> work)
      throws IOException {
    var file = folder.resolve("keys.json");
    KeyFolder.requireOwn(file);
    return LockFile.hold(
        folder.resolve("keys.lock"),
        () -> {
          var stored = readOrEmpty(file);
          var result = work.apply(stored);
          write(file, stored);
          return result;
        });
  }

  private static StartFailure unreadable(Path file, IOException cause) {
    return new StartFailure(
        "The key file %s cannot be read or written; check its owner and permissions."
            .formatted(file),
        cause);
  }

  private static Keys complete(
      Map<String, String> stored, ProjectSettings settings, SampleKeys.Use samples) {
    var jwtSecret = or(settings.jwtSecret(), stored, "jwt_secret", () -> Crypto.randomText(48));
    // a database that belongs to something else may be served to callers without tokens alone
    if (settings.prepare() || !jwtSecret.isEmpty()) {
      refuseWeak(Secret.of(jwtSecret), settings.name(), samples);
    }
    var keys = of(jwtSecret, stored, settings);
    for (var kind : Kind.values()) {
      if (SampleKeys.isApiKey(keys.of(kind).reveal())) {
        refuseOrWarn(
            samples,
            "The %s of project %s is one that every local Supabase has; set one of your own or leave it out to have one made."
                .formatted(kind.entry().replace('_', '-'), settings.name()));
      }
    }
    return keys;
  }

  private static Keys of(String jwtSecret, Map<String, String> stored, ProjectSettings settings) {
    return new Keys(
        Secret.of(jwtSecret),
        apiKey(Kind.ANON, settings.anonKey(), stored, jwtSecret, settings),
        apiKey(Kind.SERVICE_ROLE, settings.serviceRoleKey(), stored, jwtSecret, settings),
        apiKey(Kind.PUBLISHABLE, settings.publishableKey(), stored, jwtSecret, settings),
        apiKey(Kind.SECRET, settings.secretKey(), stored, jwtSecret, settings),
        Secret.of(or(null, stored, "s3_access_key_id", () -> Crypto.randomText(15))),
        Secret.of(or(null, stored, LASTING, () -> Crypto.randomText(30))),
        Secret.of(or(settings.masterKey(), stored, "master_key", () -> Crypto.randomText(32))),
        Secret.of(or(null, stored, "superuser_password", () -> Crypto.randomText(24))),
        Secret.of(
            or(settings.adminPassword(), stored, "database_password", () -> Crypto.randomText(24))),
        Secret.of(or(settings.apiPassword(), stored, "api_password", () -> Crypto.randomText(24))));
  }

  private static Secret apiKey(
      Kind kind,
      @Nullable String configured,
      Map<String, String> stored,
      String jwtSecret,
      ProjectSettings settings) {
    return Secret.of(
        or(
            configured,
            stored,
            kind.entry(),
            () -> KeyText.fresh(kind, Secret.of(jwtSecret), settings.name())));
  }

  /// Keys that everybody can look up, and ones that are too short, protect nothing.
  private static void refuseWeak(Secret jwtSecret, String project, SampleKeys.Use samples) {
    var words =
        "The jwt-secret of project %s is a sample or shorter than 32 bytes; set a secret of your own or leave it out to have one made."
            .formatted(project);
    if (JwtSecret.isWeak(jwtSecret)) {
      throw new StartFailure(words);
    }
    if (JwtSecret.isSample(jwtSecret)) {
      refuseOrWarn(samples, words);
    }
  }

  private static void refuseOrWarn(SampleKeys.Use samples, String words) {
    switch (samples) {
      case REFUSED -> throw new StartFailure(words);
      case ACCEPTED -> LOG.warn("{} It counts because this is a server for development.", words);
    }
  }

  private static String or(
      @Nullable String configured,
      Map<String, String> stored,
      String name,
      java.util.function.Supplier<String> fresh) {
    return configured != null ? configured : stored.computeIfAbsent(name, _ -> fresh.get());
  }

  private static SequencedMap<String, String> readOrEmpty(Path file) throws IOException {
    return Files.exists(file) ? read(file) : new LinkedHashMap<>();
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
