package io.stabbur.functions.deploy;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One version of a function on this machine, ready to be started. Never changes: a change is
/// another version.
///
/// @param id of the function, the same in all versions
/// @param version a number, or a text that changes with the folder it is served from
/// @param root the folder of its files
/// @param readable folders and files it may read
/// @param entrypoint the module that is started
/// @param denoConfig its `deno.json`
/// @param importMap its import map, where it has no `deno.json`
/// @param cache the folder with the modules it imports from elsewhere
/// @param imports where imported modules may come from
/// @param verifyJwt whether callers must show a token
public record Deployment(
    UUID id,
    FunctionName name,
    String version,
    Path root,
    List<Path> readable,
    Path entrypoint,
    @Nullable Path denoConfig,
    @Nullable Path importMap,
    Path cache,
    Imports imports,
    boolean verifyJwt) {

  /// Its name in the cache.
  static final String LOCK = "deno.lock";

  /// Where imported modules may come from.
  public enum Imports {
    /// The cache that the deployment made.
    CACHED,
    /// Anywhere: for development.
    FETCHED
  }

  public Deployment {
    readable = List.copyOf(readable);
  }

  /// Where the deployment wrote down which packages were chosen; absent for what is served from a
  /// folder, and for versions that were stored before it was kept.
  public Path lock() {
    return cache.resolve(LOCK);
  }

  /// Whether processes of the other run the same code.
  public boolean isSameCode(Deployment other) {
    return name.equals(other.name) && version.equals(other.version) && root.equals(other.root);
  }
}
