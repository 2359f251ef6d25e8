package io.stabbur.project;

import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of the user's migrations, `<digits>_<name>.sql`, as the Supabase CLI names them.
///
/// @param version the digits, which order the migrations and are recorded
public record MigrationFile(String version, String name, Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationFile.class);
  private static final Pattern FILE_NAME = Pattern.compile("(\\d+)_(.*)\\.sql");

  /// The migrations of a folder in the order they run; other files are named in the log and left.
  static List<MigrationFile> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    var found = new ArrayList<MigrationFile>();
    try (var files = Files.list(folder)) {
      for (var path : files.filter(Files::isRegularFile).sorted().toList()) {
        var name = FILE_NAME.matcher(path.getFileName().toString());
        if (name.matches()) {
          found.add(new MigrationFile(name.group(1), name.group(2), path));
        } else if (!path.getFileName().toString().startsWith(".")) {
          LOG.warn("{} is no migration: its name is not <digits>_<name>.sql", path);
        }
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The migrations in %s cannot be read; check the folder's owner and permissions."
              .formatted(folder),
          e);
    }
    found.sort(Comparator.comparing(MigrationFile::version));
    refuseSameVersion(found);
    return List.copyOf(found);
  }

  public String fileName() {
    return path.getFileName().toString();
  }

  String text() {
    try {
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw new StartFailure("The migration %s is not UTF-8 text.".formatted(fileName()), e);
    } catch (IOException e) {
      throw new StartFailure(
          "The migration %s cannot be read; check the file's owner and permissions."
              .formatted(path),
          e);
    }
  }

  private static void refuseSameVersion(List<MigrationFile> sorted) {
    for (int i = 1; i < sorted.size(); i++) {
      var one = sorted.get(i - 1);
      var other = sorted.get(i);
      if (one.version().equals(other.version())) {
        throw new StartFailure(
            "The migrations %s and %s have the same version; rename one."
                .formatted(one.fileName(), other.fileName()));
      }
    }
  }
}
