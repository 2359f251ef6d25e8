package io.stabbur.project;

import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The keys that wrap the keys of a project's files, one for each scope, such as an organisation's
/// folder. They come from the project's [RootKeys], so a rotation renews them too. None of them
/// ever goes to the database.
public final class FileKeys {
  private static final String USE = "stabbur file key 1/";
  private static final String ROOT = "files";
  private static final int BYTES = 32;
  private final RootKeys roots;

  private FileKeys(RootKeys roots) {
    this.roots = roots;
  }

  public static FileKeys of(Project project) {
    return new FileKeys(RootKeys.of(project));
  }

  /// The version that wraps: every process that serves the project has it.
  public int current() {
    return roots.now().current();
  }

  /// The AES key of a scope; empty where the key store has no such version.
  public Optional<SecretKey> wrappingKey(int version, String scope) {
    var use = (USE + scope).getBytes(StandardCharsets.UTF_8);
    return roots
        .root(ROOT, version)
        .map(root -> new SecretKeySpec(Crypto.hkdfExpand(root, use, BYTES), "AES"));
  }
}
