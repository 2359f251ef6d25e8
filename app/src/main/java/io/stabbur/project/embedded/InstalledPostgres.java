package io.stabbur.project.embedded;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.Trees;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A Postgres that is installed on this machine, with whatever extensions it has.
///
/// It runs from a copy of its programs and its `share` folder in the data folder, which adds our
/// own extensions and lets the owner create those that are known to be harmless: Postgres looks for
/// both relative to its program. Its libraries are used where they are. The copy is made anew when
/// the installation changes.
///
/// @param bin the folder with its programs
record InstalledPostgres(Path bin, int major, String version) {
  private static final int OLDEST = 15;
  private static final int NEWEST = 18;
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)[^ ]*)");

  /// Where systems install the programs: a folder for each major version, or one.
  private static final List<String> PLACES =
      List.of("/usr/lib/postgresql/%d/bin", "/usr/pgsql-%d/bin", "/usr/libexec/postgresql%d");

  /// Where every program finds its libraries.
  private static final List<Path> LOADED_FROM =
      List.of(Path.of("/lib"), Path.of("/usr/lib"), Path.of("/usr/local/lib"));

  private static final String STAMP = "installed-from";

  /// The one that the setting names, or for `auto` the one that wrote the cluster, else the newest.
  static InstalledPostgres find(String setting, Optional<Integer> written) {
    if (!setting.equals(PostgresPrograms.AUTO)) {
      return at(programs(Path.of(setting)))
          .orElseThrow(
              () ->
                  new StartFailure(
                      "stabbur.postgres.binaries names %s, which has no postgres and initdb of Postgres %d to %d; name the folder with these programs."
                          .formatted(setting, OLDEST, NEWEST)));
    }
    var found = all();
    return found.stream()
        .filter(one -> written.isEmpty() || written.get() == one.major)
        .max(Comparator.comparingInt(InstalledPostgres::major))
        .or(() -> found.stream().max(Comparator.comparingInt(InstalledPostgres::major)))
        .orElseThrow(
            () ->
                new StartFailure(
                    "stabbur.postgres.binaries is auto, and no Postgres %d to %d is installed in the usual folders or on the path; install one, name its folder, or leave the setting out for the Postgres that Stabbur brings."
                        .formatted(OLDEST, NEWEST)));
  }

  private static Path programs(Path folder) {
    return Files.exists(folder.resolve("bin/postgres")) ? folder.resolve("bin") : folder;
  }

  /// The folder of the programs of a major version or the next newer one; empty where none are
  /// installed.
  ///
  /// @param setting names a folder that comes before others of the same version
  static Optional<Path> atLeast(String setting, int major) {
    var named =
        setting.startsWith("/")
            ? at(programs(Path.of(setting)))
            : Optional.<InstalledPostgres>empty();
    return Stream.concat(named.stream(), all().stream())
        .filter(one -> one.major >= major)
        .min(Comparator.comparingInt(InstalledPostgres::major))
        .map(InstalledPostgres::bin);
  }

  private static List<InstalledPostgres> all() {
    var folders = new ArrayList<Path>();
    for (int major = NEWEST; major >= OLDEST; major--) {
      for (var place : PLACES) {
        folders.add(Path.of(place.formatted(major)));
      }
    }
    folders.add(Path.of("/usr/local/pgsql/bin"));
    Stream.of(Command.ENVIRONMENT.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(entry -> entry.startsWith("/"))
        .map(Path::of)
        .forEach(folders::add);
    return folders.stream().flatMap(folder -> at(folder).stream()).toList();
  }

  private static Optional<InstalledPostgres> at(Path folder) {
    try {
      var program = folder.resolve("postgres").toRealPath();
      var real = program.getParent();
      if (real == null || !Files.isExecutable(real.resolve("initdb"))) {
        return Optional.empty();
      }
      var told = VERSION.matcher(Command.run(real, "", List.of(program.toString(), "--version")));
      if (!told.find()) {
        return Optional.empty();
      }
      int major = Integer.parseInt(told.group(2));
      return major < OLDEST || major > NEWEST
          ? Optional.empty()
          : Optional.of(new InstalledPostgres(real, major, told.group(1)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The copy for a data folder.
  Engine engine(Path home) throws IOException {
    var share = share();
    var libraries = libraries();
    var top = common(common(bin, share), libraries);
    var copies = home.resolve("engine");
    var target = copies.resolve("installed-" + major);
    var stamp = stamp(share);
    var stampFile = target.resolve(STAMP);
    if (!Files.exists(stampFile) || !Files.readString(stampFile).equals(stamp)) {
      var fresh = copies.resolve("copying");
      Trees.delete(fresh);
      folders(copies, fresh);
      for (var program : new String[] {"postgres", "initdb"}) {
        copyFile(bin.resolve(program), folders(fresh, in(fresh, top, bin)).resolve(program));
      }
      copyTree(share, folders(fresh, in(fresh, top, share)));
      var link = in(fresh, top, libraries);
      folders(fresh, Objects.requireNonNull(link.getParent()));
      Files.createSymbolicLink(link, libraries);
      linkShared(fresh, top);
      ExtensionFiles.trustOwners(in(fresh, top, share).resolve("extension"));
      Files.writeString(fresh.resolve(STAMP), stamp);
      Trees.delete(target);
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }
    ExtensionFiles.addOwn(in(target, top, share).resolve("extension"), major);
    return new Engine(
        in(target, top, bin), libraries, major, "Postgres %s in %s".formatted(version, bin));
  }

  /// Programs that bring libraries of their own look for them in `lib` beside their folder.
  private void linkShared(Path fresh, Path top) throws IOException {
    var lib = bin.resolveSibling("lib");
    var copy = in(fresh, top, lib);
    if (LOADED_FROM.contains(lib) || !Files.isDirectory(lib) || Files.isSymbolicLink(copy)) {
      return;
    }
    try (var files = Files.newDirectoryStream(lib, "*.so*")) {
      for (var file : files) {
        Files.createSymbolicLink(
            folders(fresh, copy).resolve(file.getFileName()), file.toAbsolutePath());
      }
    }
  }

  /// Changes when another version, or another extension, is installed.
  private String stamp(Path share) throws IOException {
    return String.join(
        "\n",
        version,
        bin.toString(),
        Files.getLastModifiedTime(bin.resolve("postgres")).toString(),
        Files.getLastModifiedTime(share.resolve("extension")).toString());
  }

  private static Path in(Path target, Path top, Path folder) {
    return target.resolve(top.relativize(folder));
  }

  private static Path common(Path one, Path other) {
    var top = one;
    while (!other.startsWith(top) && top.getParent() != null) {
      top = top.getParent();
    }
    return top;
  }

  private Path share() throws IOException {
    var candidates =
        Stream.of(
            told("--sharedir"),
            "/usr/share/postgresql/" + major,
            "/usr/share/postgresql" + major,
            bin.resolveSibling("share/postgresql").toString(),
            bin.resolveSibling("share").toString());
    return first(candidates, "postgresql.conf.sample");
  }

  private Path libraries() throws IOException {
    var candidates =
        Stream.of(
            told("--pkglibdir"),
            bin.resolveSibling("lib/postgresql").toString(),
            bin.resolveSibling("lib").toString(),
            "/usr/lib/postgresql" + major);
    return first(candidates, "plpgsql.so");
  }

  private Path first(Stream<String> candidates, String file) throws IOException {
    return candidates
        .filter(candidate -> !candidate.isEmpty())
        .map(Path::of)
        .filter(candidate -> Files.exists(candidate.resolve(file)))
        .findFirst()
        .orElseThrow(
            () ->
                new StartFailure(
                    "The Postgres in %s has no file %s where it should be; install all of its server package."
                        .formatted(bin, file)))
        .toRealPath();
  }

  /// What `pg_config` says; empty where it is not installed.
  private String told(String option) {
    try {
      return Command.run(bin, "", List.of(bin.resolve("pg_config").toString(), option)).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /// Makes the folders from one down to another, passable for the user that Postgres runs as.
  private static Path folders(Path from, Path to) throws IOException {
    if (!to.equals(from)) {
      var parent = to.getParent();
      if (parent != null && !Files.isDirectory(parent)) {
        folders(from, parent);
      }
    }
    if (!Files.isDirectory(to)) {
      Files.createDirectories(to);
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    return to;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            folders(to, to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            // links lead to files of the installation or, where a package is left, nowhere
            if (Files.isRegularFile(file)) {
              copyFile(file, to.resolve(from.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void copyFile(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(
        to, PosixFilePermissions.fromString(Files.isExecutable(from) ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
