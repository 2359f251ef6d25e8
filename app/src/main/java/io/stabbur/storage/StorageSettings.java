package io.stabbur.storage;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The Storage API's settings, under `stabbur.storage`.
///
/// @param fileSizeLimit most bytes in one object, whatever its bucket allows
/// @param signedUploadLife how long a signed upload address works
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
/// @param region the region named to S3 clients
@ConfigurationProperties("stabbur.storage")
public record StorageSettings(
    @Bindable(defaultValue = "52428800") long fileSizeLimit,
    @Bindable(defaultValue = "2h") Duration signedUploadLife,
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
    @Bindable(defaultValue = "us-east-1") String region) {

  public StorageSettings {
    if (fileSizeLimit <= 0 || renderPixels <= 0 || renderAtOnce <= 0 || renderCache < 0) {
      throw new IllegalArgumentException("limits under stabbur.storage must be positive");
    }
  }

  /// How a read that finds nothing is answered.
  public enum Refusals {
    PATH,
    HIDDEN
  }
}
