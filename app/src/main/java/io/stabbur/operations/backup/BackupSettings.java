package io.stabbur.operations.backup;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.platform.config.Secret;
import io.stabbur.project.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Backups of all projects, under `stabbur.backup`.
///
/// @param to a folder, or `s3://bucket/prefix`; without it nothing is backed up
/// @param key opens the backups; without it the key follows from each project's master key
/// @param endpoint address of the S3-compatible store; the cloud's own when absent
/// @param at time of day of the base backup, in `zone`
/// @param zone time zone of `at`, such as `Europe/Oslo`
/// @param logEvery how often the write-ahead log is shipped
/// @param window how far back each moment can be restored
/// @param weeks of how many weeks the last base backup is kept
/// @param months of how many months the last base backup is kept
/// @param proveEvery how often the newest state is restored into a scratch folder and compared;
///   zero for never by the clock
@ConfigurationProperties("stabbur.backup")
public record BackupSettings(
    @Nullable String to,
    @Nullable Secret key,
    @Nullable URI endpoint,
    @Bindable(defaultValue = "us-east-1") String region,
    @Nullable Secret accessKeyId,
    @Nullable Secret secretAccessKey,
    @Bindable(defaultValue = "true") boolean pathStyle,
    @Bindable(defaultValue = "02:30") String at,
    @Bindable(defaultValue = "UTC") String zone,
    @Bindable(defaultValue = "30s") Duration logEvery,
    @Bindable(defaultValue = "7d") Duration window,
    @Bindable(defaultValue = "4") int weeks,
    @Bindable(defaultValue = "6") int months,
    @Bindable(defaultValue = "30d") Duration proveEvery) {
  private static final String S3 = "s3://";

  public BackupSettings {
    to = to == null || to.isBlank() ? null : to;
    key = key == null || key.reveal().isBlank() ? null : key;
    requireTime(at, zone);
    if (logEvery.compareTo(Duration.ofSeconds(1)) < 0
        || window.isNegative()
        || weeks < 0
        || months < 0) {
      throw new IllegalArgumentException(
          "stabbur.backup.log-every must be a second or more, and window, weeks and months not"
              + " negative");
    }
  }

  BackupSchedule schedule() {
    return new BackupSchedule(LocalTime.parse(at), ZoneId.of(zone));
  }

  Retention retention() {
    return new Retention(window, weeks, months, ZoneId.of(zone));
  }

  private static void requireTime(String at, String zone) {
    try {
      var _ = LocalTime.parse(at).atDate(java.time.LocalDate.EPOCH).atZone(ZoneId.of(zone));
    } catch (java.time.DateTimeException e) {
      throw new IllegalArgumentException(
          "stabbur.backup.at must be a time of day such as 02:30, and stabbur.backup.zone a time"
              + " zone such as Europe/Oslo");
    }
  }

  public Optional<String> place() {
    return Optional.ofNullable(to);
  }

  /// The store that a text such as `/backup` or `s3://bucket/prefix` names.
  public StoreSettings store(String place) {
    return place.startsWith(S3)
        ? new StoreSettings.S3(
            endpoint,
            place.substring(S3.length()).replaceFirst("/.*", ""),
            region,
            accessKeyId == null ? Secret.of("") : accessKeyId,
            secretAccessKey == null ? Secret.of("") : secretAccessKey,
            pathStyle)
        : new StoreSettings.Folder(Path.of(place));
  }

  /// What the names of a project's objects begin with in that store.
  public static String prefix(String place, String project) {
    var inBucket =
        place.startsWith(S3) ? place.substring(S3.length()).replaceFirst("^[^/]*/?", "") : "";
    return (inBucket.isEmpty() || inBucket.endsWith("/") ? inBucket : inBucket + '/')
        + project
        + '/';
  }
}
