package io.stabbur.project;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.file.OwnFolder;
import io.stabbur.platform.file.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Key files that come from outside the data folder, such as a mounted Secret: the same for every
/// replica. They are read where they are, through links in the data folder, so that a changed one
/// counts, and Stabbur never writes them: a key that only one replica had would be lost with it.
///
/// The files are `keys.json` and `signing-keys.json` for the project `default`, and the same after
/// the name and a dot for others.
public record KeyFolder(Path folder) {
  private static final List<String> FILES = List.of("keys.json", "signing-keys.json");

  /// Makes the files of projects.
  ///
  /// @return their content by name
  public static Map<String, String> generate(List<String> projects) {
    try {
      var made = new TreeMap<String, String>();
      for (var project : projects) {
        var scratch = Files.createTempDirectory("keys");
        var _ =
            KeyFile.loadOrCreate(
                scratch, ProjectSettings.embedded(project), SampleKeys.Use.REFUSED);
        SigningKeyStore.generate(scratch.resolve("signing-keys.json"));
        for (var file : FILES) {
          made.put(prefix(project) + file, Files.readString(scratch.resolve(file)));
        }
        Trees.delete(scratch);
      }
      return made;
    } catch (IOException e) {
      throw new StartFailure("Keys cannot be made in the temporary folder; check its disk.", e);
    }
  }

  /// Lets projects read their keys from here. Refused where a project has keys of its own in the
  /// data folder already.
  public void linkInto(Path data) {
    if (!Files.isReadable(folder.resolve("keys.json"))) {
      throw new StartFailure(
          "The key folder %s has no keys.json that can be read; check the path after --keys, or make the files with `stabbur keys generate`."
              .formatted(folder));
    }
    try (var files = Files.newDirectoryStream(folder, "*keys.json")) {
      for (var file : files) {
        link(file, data);
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The key folder %s cannot be used: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /// The key files that a project's folder has, by name.
  public static Map<String, String> read(Path home) {
    try {
      var found = new TreeMap<String, String>();
      for (var name : FILES) {
        if (Files.exists(home.resolve(name))) {
          found.put(name, Files.readString(home.resolve(name)));
        }
      }
      return found;
    } catch (IOException e) {
      throw new StartFailure(
          "The keys in %s cannot be read; check the folder's owner and permissions."
              .formatted(home),
          e);
    }
  }

  /// Whether both are the key files of one project, however often its keys were rotated.
  ///
  /// @param one by name, as [#read] answers them
  public static boolean areOfOneProject(Map<String, String> one, Map<String, String> other) {
    return KeyFile.lasting(one.getOrDefault("keys.json", "{}"))
        .equals(KeyFile.lasting(other.getOrDefault("keys.json", "{}")));
  }

  /// When the newest key file of a project's folder was written.
  public static FileTime written(Path home) {
    try {
      var newest = FileTime.fromMillis(0);
      for (var name : FILES) {
        var file = home.resolve(name);
        var written = Files.exists(file) ? Files.getLastModifiedTime(file) : newest;
        newest = newest.compareTo(written) < 0 ? written : newest;
      }
      return newest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes key files into a project's folder, over those that are there. Who uses the project
  /// reads them anew. The replaced ones stay beside them: what a key sealed is lost without it.
  public static void replace(Path home, Map<String, String> files) {
    try {
      StartFailure.requireSafe(home);
      for (var file : read(home).entrySet()) {
        var kept = file.getKey() + "." + Crypto.sha256Hex(file.getValue()).substring(0, 8);
        DurableFile.write(home.resolve(kept), file.getValue());
      }
      write(home, files, true);
    } catch (IOException e) {
      throw unwritable(home, e);
    }
  }

  /// Writes key files into a project's folder where they are not.
  static void write(Path home, Map<String, String> files) {
    try {
      StartFailure.requireSafe(home);
      write(home, files, false);
    } catch (IOException e) {
      throw unwritable(home, e);
    }
  }

  private static void write(Path home, Map<String, String> files, boolean over) throws IOException {
    for (var name : FILES) {
      var text = files.get(name);
      if (text != null && (over || !Files.exists(home.resolve(name)))) {
        DurableFile.write(home.resolve(name), text);
      }
    }
  }

  private static StartFailure unwritable(Path home, IOException cause) {
    return new StartFailure(
        "The folder %s cannot be written; check its owner and permissions.".formatted(home), cause);
  }

  private static void link(Path file, Path data) throws IOException {
    var name = file.getFileName().toString();
    var kind = name.endsWith("signing-keys.json") ? "signing-keys.json" : "keys.json";
    var project = name.substring(0, name.length() - kind.length());
    var home =
        Projects.folder(data, project.isEmpty() ? "default" : project.replaceFirst("\\.$", ""));
    var reason = OwnFolder.create(home);
    var link = home.resolve(kind);
    if (reason.isPresent() || (Files.isRegularFile(link) && !isLinked(link))) {
      throw new StartFailure(
          "%s is there already, and --keys brings another; remove one of them."
              .formatted(reason.isPresent() ? home : link));
    }
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, file.toAbsolutePath());
  }

  static boolean isLinked(Path file) {
    return Files.isSymbolicLink(file);
  }

  /// Refuses to change a file that comes from outside.
  static void requireOwn(Path file) {
    if (isLinked(file)) {
      throw new ApiException(
          new Refused(
              409,
              "keys_from_outside",
              "The keys come from the folder of --keys, which Stabbur does not change; change"
                  + " them there, and every replica follows."));
    }
  }

  private static String prefix(String project) {
    return project.equals("default") ? "" : project + ".";
  }
}
