package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The keys that wrap the keys of a project's files, one for each scope, such as an organisation's
/// folder. They come from the project's [RootKeys], so a rotation renews them too. None of them
/// ever goes to the database.
public final class FileKeys {
  private static final String USE = "stabbur file key 1/";
  private static final String ROOT = "files";
  private static final int BYTES = 32;
  private final Supplier<RootKeys.Snapshot> now;
  private final IntFunction<Optional<byte[]>> roots;

  private FileKeys(Supplier<RootKeys.Snapshot> now, IntFunction<Optional<byte[]>> roots) {
    this.now = now;
    this.roots = roots;
  }

  public static FileKeys of(Project project) {
    var roots = RootKeys.of(project);
    return new FileKeys(roots::now, version -> roots.root(ROOT, version));
  }

  /// Those of the key file of a restored copy, which no project has open.
  ///
  /// @param masterKey for a file without one, because the settings give it
  public static FileKeys ofCopy(Path folder, Secret masterKey) {
    var read = RootKeys.ofCopy(folder, masterKey);
    return new FileKeys(() -> read, version -> Optional.ofNullable(read.all(ROOT).get(version)));
  }

  /// The version that wraps: every process that serves the project has it.
  public int current() {
    return now.get().current();
  }

  /// The AES key of a scope; empty where the key store has no such version.
  public Optional<SecretKey> wrappingKey(int version, String scope) {
    var use = (USE + scope).getBytes(StandardCharsets.UTF_8);
    return roots
        .apply(version)
        .map(root -> new SecretKeySpec(Crypto.hkdfExpand(root, use, BYTES), "AES"));
  }
}
