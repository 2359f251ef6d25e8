package io.stabbur.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Variables that configure the other containers of a self-hosted Supabase. They have no effect
/// here, and whoever brings them along is told which setting has.
final class ForeignNames {
  /// Beginnings of names that no other program is likely to read.
  private static final List<String> PREFIXES =
      List.of("STORAGE_", "REALTIME_", "FILE_STORAGE_BACKEND_", "GLOBAL_S3_", "S3_PROTOCOL_");

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("DATABASE_URL", "stabbur.projects.default.database-url"),
          Map.entry("DATABASE_POOL_URL", "stabbur.projects.default.database-url"),
          Map.entry("FILE_SIZE_LIMIT", "stabbur.storage.file-size-limit"),
          Map.entry("FILE_STORAGE_BACKEND_PATH", "--data"),
          Map.entry("GLOBAL_S3_BUCKET", "stabbur.projects.default.store-bucket"),
          Map.entry("GLOBAL_S3_ENDPOINT", "stabbur.projects.default.store-endpoint"),
          Map.entry("GLOBAL_S3_FORCE_PATH_STYLE", "stabbur.projects.default.store-path-style"),
          Map.entry("STORAGE_PUBLIC_URL", "stabbur.public-url"),
          Map.entry("STORAGE_S3_BUCKET", "stabbur.projects.default.store-bucket"),
          Map.entry("STORAGE_S3_ENDPOINT", "stabbur.projects.default.store-endpoint"),
          Map.entry("STORAGE_S3_REGION", "stabbur.projects.default.store-region"),
          Map.entry("UPLOAD_SIGNED_URL_EXPIRATION_TIME", "stabbur.storage.signed-upload-life"));

  private ForeignNames() {}

  /// A sentence for each variable of the environment that has no effect, in order.
  static List<String> told(Map<String, String> environment) {
    var told = new ArrayList<String>();
    new TreeMap<>(environment)
        .keySet()
        .forEach(name -> advice(name).ifPresent(advice -> told.add(advice)));
    return told;
  }

  private static Optional<String> advice(String name) {
    var setting = SETTINGS.get(name);
    if (setting != null) {
      return Optional.of("%s has no effect; %s is the setting.".formatted(name, setting));
    }
    return PREFIXES.stream().anyMatch(name::startsWith)
        ? Optional.of("%s has no effect; config/stabbur.yml has every setting.".formatted(name))
        : Optional.empty();
  }
}
