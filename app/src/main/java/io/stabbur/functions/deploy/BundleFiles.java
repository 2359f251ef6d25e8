package io.stabbur.functions.deploy;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.file.Trees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// The files of a [Bundle] on disk and as archives.
public final class BundleFiles {
  /// What Deno's cache holds of other servers; the rest of it is made anew where it is missing.
  private static final List<String> FETCHED =
      List.of("npm", "remote", "deno_modules", Deployment.LOCK);

  private BundleFiles() {}

  public static void write(Bundle bundle, Path root) throws IOException {
    Files.createDirectories(root);
    for (var file : bundle.files().entrySet()) {
      var path = root.resolve(file.getKey()).normalize();
      if (!path.startsWith(root)) {
        throw new IOException("a file of a bundle lies outside of it");
      }
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }

  /// Differs for bundles whose names or bytes differ.
  public static String sha256(Bundle bundle) {
    var all = new ByteArrayOutputStream();
    new TreeMap<>(bundle.files())
        .forEach(
            (name, bytes) -> {
              all.writeBytes(name.getBytes(StandardCharsets.UTF_8));
              all.write(0);
              all.writeBytes(Crypto.sha256(bytes));
            });
    return HexFormat.of().formatHex(Crypto.sha256(all.toByteArray()));
  }

  public static void pack(Path folder, Path archive) throws IOException {
    Archive.pack(folder, _ -> true, archive);
  }

  /// Packs what a cache holds of other servers, and what was chosen of it. The rest stays where it
  /// is: with what V8 has compiled of Deno's own modules, the first start of the version is as fast
  /// as later ones.
  public static void packCache(Path cache, Path archive) throws IOException {
    Archive.pack(
        cache, file -> FETCHED.contains(cache.relativize(file).getName(0).toString()), archive);
  }

  /// Removes a folder or file; what is not there is removed already.
  public static void delete(Path folder) {
    try {
      Trees.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
