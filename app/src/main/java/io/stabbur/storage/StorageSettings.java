package io.stabbur.storage;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Storage API's settings, under `stabbur.storage`.
///
/// @param fileSizeLimit most bytes in one object, whatever its bucket allows
/// @param signedUploadLife how long a signed upload address works
/// @param signedUrlMaxLife how long a signed address for reading may be asked to work
/// @param trueStatuses answers errors with their own HTTP status instead of 400
/// @param utf8Names allows letters of every script in object names
/// @param refusals what a read answers that finds nothing: `path` tells by the policies alone
///   whether the caller may look there (403) or not (404); `hidden` says "not found" either way
/// @param resumableLife how long an unfinished resumable upload can be continued
/// @param abandonedAfter when bytes without a row, left by a crash, are removed
/// @param sweepEvery how often bytes that wait for their removal are removed
/// @param renderPixels most pixels of an image that is rendered
/// @param renderAtOnce most images rendered at the same time
/// @param renderCache most bytes of rendered images kept in memory
/// @param storeTimeout how long an S3 store may take or give nothing before it counts as gone
/// @param virusScanner the scanner every file is shown to before it becomes visible
/// @param encrypt whose files are encrypted: `buckets`, those of buckets whose rules ask for it;
///   `all`; `off` encrypts no new ones
/// @param region the region named to S3 clients
/// @param endpointHosts host names at which the S3 protocol begins at `/`
/// @param endpointPort a port at which the S3 protocol begins at `/`; none without it
@ConfigurationProperties("stabbur.storage")
public record StorageSettings(
    @Bindable(defaultValue = "52428800") long fileSizeLimit,
    @Bindable(defaultValue = "2h") Duration signedUploadLife,
    @Bindable(defaultValue = "365d") Duration signedUrlMaxLife,
    @Bindable(defaultValue = "false") boolean trueStatuses,
    @Bindable(defaultValue = "true") boolean utf8Names,
    @Bindable(defaultValue = "path") Refusals refusals,
    @Bindable(defaultValue = "24h") Duration resumableLife,
    @Bindable(defaultValue = "24h") Duration abandonedAfter,
    @Bindable(defaultValue = "5s") Duration sweepEvery,
    @Bindable(defaultValue = "50000000") long renderPixels,
    @Bindable(defaultValue = "2") int renderAtOnce,
    @Bindable(defaultValue = "16777216") long renderCache,
    @Bindable(defaultValue = "30s") Duration storeTimeout,
    @Nullable URI virusScanner,
    @Bindable(defaultValue = "buckets") String encrypt,
    @Bindable(defaultValue = "us-east-1") String region,
    @Bindable(defaultValue = "") List<String> endpointHosts,
    @Nullable Integer endpointPort) {

  public StorageSettings {
    endpointHosts = endpointHosts.stream().filter(each -> !each.isBlank()).toList();
    // YAML takes the bare word `off` for the truth value
    encrypt = encrypt.equals("false") ? "off" : encrypt;
    if (fileSizeLimit <= 0 || renderPixels <= 0 || renderAtOnce <= 0 || renderCache < 0) {
      throw new IllegalArgumentException("limits under stabbur.storage must be positive");
    }
    if (!List.of("off", "buckets", "all").contains(encrypt)) {
      throw new IllegalArgumentException(
          "stabbur.storage.encrypt must be off, buckets or all, not " + encrypt);
    }
  }

  /// How a bucket's new files are stored.
  ///
  /// @param rule what the bucket's rules ask
  public Encryption encryptionFor(Encryption rule) {
    return switch (encrypt) {
      case "off" -> Encryption.OFF;
      case "all" -> rule == Encryption.OFF ? Encryption.PROJECT : rule;
      default -> rule;
    };
  }

  /// How a read that finds nothing is answered.
  public enum Refusals {
    PATH,
    HIDDEN
  }
}
