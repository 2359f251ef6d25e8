package io.stabbur.functions.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The `.npmrc` files of a version. Once its packages are in the cache, they say which registry a
/// package is of, and nothing else: what they hold beside, such as tokens, would be read by the
/// function and by every package that it imports.
public final class NpmConfig {
  private static final String NAME = ".npmrc";
  private static final Pattern REGISTRY = Pattern.compile("\\s*(?:@[^:=]+:)?registry\\s*=.*");
  private static final Pattern USER = Pattern.compile("://[^/]*@");

  private NpmConfig() {}

  /// Removes all but the addresses of registries from the `.npmrc` files below a folder.
  public static void withoutSecrets(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (var file : (Iterable<Path>) all.filter(NpmConfig::isConfig)::iterator) {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1);
        var kept = withoutSecrets(text);
        if (!kept.equals(text)) {
          Files.writeString(file, kept, StandardCharsets.ISO_8859_1);
        }
      }
    }
  }

  private static boolean isConfig(Path file) {
    return file.endsWith(NAME) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /// The lines that name registries, without users and passwords in their addresses.
  static String withoutSecrets(String text) {
    return text.lines()
        .filter(line -> REGISTRY.matcher(line).matches())
        .map(line -> USER.matcher(line).replaceAll("://") + '\n')
        .collect(Collectors.joining());
  }
}
