package io.stabbur.cli;

import io.micronaut.context.env.PropertySource;
import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The variables of the environment. Each may come from a file: `NAME_FILE` names one whose content
/// is the value of `NAME`, so that a secret stands in no environment and in no list of processes.
final class Variables {
  private static final String FILE = "_FILE";

  /// Whatever ends in `_FILE` and is longer than this is no secret.
  private static final long LONGEST = 65_536;

  private Variables() {}

  /// The variables of this process, with those of files.
  static Map<String, String> all() {
    return with(System.getenv());
  }

  /// The same variables, `NAME` instead of `NAME_FILE` where that names a file that can be read.
  static Map<String, String> with(Map<String, String> environment) {
    var all = new HashMap<>(environment);
    environment.forEach(
        (name, value) -> {
          var plain = name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : "";
          if (!plain.isEmpty() && isSecret(value)) {
            if (environment.containsKey(plain)) {
              throw new StartFailure(
                  "Both %s and %s are set; leave out one of them.".formatted(plain, name));
            }
            all.remove(name);
            all.put(plain, content(name, Path.of(value)));
          }
        });
    return all;
  }

  /// Those of files, for `${NAME}` in a configuration file.
  static PropertySource ofFiles() {
    var found = new HashMap<String, Object>(all());
    found.keySet().removeAll(System.getenv().keySet());
    return PropertySource.of("files of variables", found, Integer.MIN_VALUE);
  }

  private static boolean isSecret(String value) {
    try {
      return value.startsWith("/")
          && Files.isRegularFile(Path.of(value))
          && Files.size(Path.of(value)) <= LONGEST;
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  private static String content(String name, Path file) {
    try {
      return Files.readString(file).replaceFirst("\\R$", "");
    } catch (IOException e) {
      throw new StartFailure(
          "The file %s that %s names cannot be read; check its owner and permissions."
              .formatted(file, name),
          e);
    }
  }
}
