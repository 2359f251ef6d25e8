package io.stabbur.functions.deploy;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A deployed function and the version that is meant: the one in use, or another of its versions.
///
/// @param version absent where no version is in use
/// @param lastVersion the newest version
public record FunctionRow(
    FunctionName slug,
    UUID id,
    String name,
    boolean verifyJwt,
    @Nullable VersionRow version,
    int lastVersion,
    Instant createdAt,
    Instant updatedAt) {

  /// One version.
  ///
  /// @param importMap path of its `deno.json` or import map
  /// @param sha256 of the names and bytes of its files
  public record VersionRow(
      int number,
      String entrypoint,
      @Nullable String importMap,
      String sha256,
      String denoVersion,
      Stored bundle,
      Stored cache,
      Instant createdAt) {}

  /// A file of the appliance.
  public record Stored(String key, long bytes) {}
}
