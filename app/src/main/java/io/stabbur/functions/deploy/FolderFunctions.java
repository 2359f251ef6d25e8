package io.stabbur.functions.deploy;

import io.stabbur.functions.deploy.Deployment.Imports;
import io.stabbur.platform.crypto.Crypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The functions in a folder such as `supabase/functions`, served as they stand there. A change of
/// a file is a new version, noticed by the next request half a second later at most.
public final class FolderFunctions {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final int MOST_FILES = 5_000;
  private static final List<String> ENTRYPOINTS =
      List.of("index.ts", "index.js", "index.tsx", "index.jsx", "index.mjs");

  private final Path folder;
  private final Path cache;
  private final Map<FunctionName, Looked> known = new ConcurrentHashMap<>();

  private record Looked(Optional<Deployment> found, long at) {}

  /// Functions of a folder.
  ///
  /// @param cache where Deno keeps what the functions import
  public FolderFunctions(Path folder, Path cache) {
    this.folder = folder.toAbsolutePath().normalize();
    this.cache = cache;
  }

  /// What was found within the last half second; null when the folder must be read.
  @Nullable Known recent(FunctionName name) {
    var looked = known.get(name);
    return looked == null || System.nanoTime() - looked.at > LOOK_AGAIN.toNanos()
        ? null
        : new Known(looked.found.orElse(null));
  }

  /// The function as it stands in the folder now.
  public Optional<Deployment> find(FunctionName name) {
    var recent = recent(name);
    if (recent != null) {
      return Optional.ofNullable(recent.deployment());
    }
    var found = read(name);
    if (found.isPresent() || known.containsKey(name)) {
      known.put(name, new Looked(found, System.nanoTime()));
    }
    return found;
  }

  /// What is asked for, or else what `config.toml` says of the function, if it says anything.
  Optional<Boolean> verifyJwt(FunctionName name, @Nullable Boolean asked) {
    return Optional.ofNullable(asked).or(() -> config().truth("functions." + name, "verify_jwt"));
  }

  public Path folder() {
    return folder;
  }

  /// The names of all functions in the folder.
  public List<FunctionName> names() {
    return list(folder).stream()
        .filter(Files::isDirectory)
        .flatMap(each -> FunctionName.parse(String.valueOf(each.getFileName())).stream())
        .toList();
  }

  private Optional<Deployment> read(FunctionName name) {
    var own = folder.resolve(name.text());
    var config = config();
    var table = "functions." + name;
    var entrypoint =
        config
            .text(table, "entrypoint")
            .map(given -> folder.resolveSibling(given).normalize())
            .or(() -> first(own, ENTRYPOINTS));
    if (entrypoint.filter(Files::isRegularFile).isEmpty()
        || !config.truth(table, "enabled").orElse(true)) {
      return Optional.empty();
    }
    var imports =
        config.text(table, "import_map").map(given -> folder.resolveSibling(given).normalize());
    var denoConfig =
        imports
            .filter(FolderFunctions::isDenoConfig)
            .or(() -> first(own, "deno.json", "deno.jsonc"));
    var importMap =
        denoConfig.isPresent()
            ? Optional.<Path>empty()
            : imports.or(() -> first(folder, "import_map.json"));
    var shared = list(folder).stream().filter(FolderFunctions::isShared).toList();
    var readable = Stream.concat(Stream.of(own), shared.stream()).toList();
    return Optional.of(
        new Deployment(
            UUID.nameUUIDFromBytes(own.toString().getBytes(StandardCharsets.UTF_8)),
            name,
            "dev-" + fingerprint(readable),
            folder,
            readable,
            entrypoint.get(),
            denoConfig.orElse(null),
            importMap.orElse(null),
            cache,
            Imports.FETCHED,
            config.truth(table, "verify_jwt").orElse(true)));
  }

  private static boolean isDenoConfig(Path file) {
    return String.valueOf(file.getFileName()).startsWith("deno.json");
  }

  /// Folders such as `_shared`, and files beside the functions' folders.
  private static boolean isShared(Path path) {
    return Files.isRegularFile(path) || String.valueOf(path.getFileName()).startsWith("_");
  }

  private TomlText config() {
    var file = folder.resolveSibling("config.toml");
    try {
      return TomlText.parse(Files.isRegularFile(file) ? Files.readString(file) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Changes when a file is added, removed or written.
  private String fingerprint(List<Path> places) {
    var text = new StringBuilder();
    places.forEach(place -> describe(place, text));
    describe(folder.resolveSibling("config.toml"), text);
    return Crypto.sha256Hex(text.toString()).substring(0, 12);
  }

  private static void describe(Path place, StringBuilder text) {
    if (!Files.exists(place)) {
      return;
    }
    try (var files = Files.walk(place)) {
      for (var file : (Iterable<Path>) files.limit(MOST_FILES).sorted()::iterator) {
        text.append(file).append(' ').append(Files.getLastModifiedTime(file).toMillis());
        text.append(' ').append(Files.size(file)).append('\n');
      }
    } catch (IOException e) {
      // a file went away between two looks: the next look sees what is there
      text.append(e);
    }
  }

  private static Optional<Path> first(Path in, String... names) {
    return first(in, List.of(names));
  }

  private static Optional<Path> first(Path in, List<String> names) {
    return names.stream().map(in::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static List<Path> list(Path in) {
    if (!Files.isDirectory(in)) {
      return List.of();
    }
    try (var files = Files.list(in)) {
      return new ArrayList<>(files.sorted().toList());
    } catch (IOException e) {
      return List.of();
    }
  }
}
