package io.stabbur.project.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The control files of extensions, as an engine of ours has them.
final class ExtensionFiles {
  /// Extensions that a hosted project lets its owner create, although Postgres asks for a
  /// superuser. None of them gives the owner files, programs or memory of the server.
  private static final List<String> OWNERS =
      List.of(
          "autoinc",
          "bloom",
          "dict_xsyn",
          "earthdistance",
          "insert_username",
          "moddatetime",
          "pg_stat_statements",
          "pgrowlocks",
          "pgstattuple",
          "refint",
          "sslinfo",
          "address_standardizer",
          "address_standardizer_data_us",
          "hypopg",
          "index_advisor",
          "pg_hashids",
          "pg_jsonschema",
          "pgroonga",
          "pgrouting",
          "pgtap",
          "plpgsql_check",
          "postgis",
          "postgis_raster",
          "postgis_sfcgal",
          "postgis_tiger_geocoder",
          "postgis_topology",
          "rum",
          "vector");

  /// Extensions of a hosted project that we stand in for. What they bring is in the internal schema
  /// already, or written in SQL; so that a migration may ask for them, Postgres finds their files.
  private static final List<String> OWN =
      List.of("pg_cron", "pg_net", "pgjwt", "pgmq", "supabase_vault");

  private static final String OWN_VERSION = "stabbur1";

  /// How a script names the schema of the extension that it requires, and the first version of
  /// Postgres that knows it; those before find its functions by the search path of the script.
  private static final String REQUIRED = "@extschema:pgcrypto@.";

  private static final int NAMES_REQUIRED = 16;

  private ExtensionFiles() {}

  /// Lets the owner of a database create them.
  ///
  /// @param folder `…/extension` of the engine's own copy
  static void trustOwners(Path folder) throws IOException {
    for (var name : OWNERS) {
      var control = folder.resolve(name + ".control");
      if (Files.exists(control) && !Files.readString(control).matches("(?ms).*^trusted *=.*")) {
        Files.writeString(control, "\ntrusted = true\n", StandardOpenOption.APPEND);
      }
    }
  }

  /// Adds our own, but for those that the engine has itself.
  ///
  /// @param major of the engine
  static void addOwn(Path folder, int major) throws IOException {
    for (var name : OWN) {
      var control = folder.resolve(name + ".control");
      if (!Files.exists(control) || Files.readString(control).contains(OWN_VERSION)) {
        copy(name + "--" + OWN_VERSION + ".sql", folder, major);
        copy(name + ".control", folder, major);
      }
    }
  }

  private static void copy(String file, Path folder, int major) throws IOException {
    var target = folder.resolve(file);
    try (var in = ExtensionFiles.class.getResourceAsStream("extension/" + file)) {
      var text = new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
      var bytes = (major < NAMES_REQUIRED ? text.replace(REQUIRED, "") : text).getBytes(UTF_8);
      if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), bytes)) {
        Files.write(target, bytes);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }
}
