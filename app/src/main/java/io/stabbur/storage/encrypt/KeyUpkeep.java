package io.stabbur.storage.encrypt;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.FileKeys;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.encrypt.KeyRows.Kept;
import io.stabbur.storage.encrypt.KeyRows.Rewrapped;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wraps the keys of files with the newest root after a rotation, and removes keys that belong to
/// nothing any more. The bytes of files stay as they are. Any number of processes may do so at
/// once; killed half-way, the next round goes on.
@Singleton
public final class KeyUpkeep implements Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(KeyUpkeep.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final int BATCH = 500;
  private final StorageSettings settings;
  private final PerProject<AtomicReference<Round>> last =
      new PerProject<>(_ -> new AtomicReference<>(new Round(0, Instant.EPOCH)));

  KeyUpkeep(StorageSettings settings) {
    this.settings = settings;
  }

  /// When the last round was, and with which root.
  private record Round(int keyVersion, Instant at) {}

  @Override
  public String name() {
    return "file-keys";
  }

  /// At once when there is a new root, else every hour.
  @Override
  public void sweep(Project project) {
    var round = new Round(FileKeys.of(project).current(), Instant.now());
    var before = last.of(project).get();
    if (before.keyVersion() != round.keyVersion() || before.at().plus(EVERY).isBefore(round.at())) {
      rewrap(project);
      deleteUnused(project);
      last.of(project).set(round);
    }
  }

  /// Removes keys that belong to nothing.
  public void deleteUnused(Project project) {
    new KeyRows(project).deleteUnused(Instant.now().minus(settings.abandonedAfter()));
  }

  /// Wraps all keys with the newest root; answers how many were wrapped with one before it.
  public long rewrap(Project project) {
    var rows = new KeyRows(project);
    var wrapping = new KeyWrapping(FileKeys.of(project));
    int version = wrapping.current();
    long rewrapped = 0;
    var after = "";
    for (var batch = rows.outdated(version, after, BATCH);
        !batch.isEmpty();
        batch = rows.outdated(version, after, BATCH)) {
      rewrapped += rows.replaceAll(rewrapped(wrapping, batch));
      after = batch.getLast().object().version();
    }
    if (rewrapped > 0) {
      LOG.info(
          "keys of files wrapped anew: project {}, {} keys, version {}",
          project.name(),
          rewrapped,
          version);
    }
    return rewrapped;
  }

  /// A key that does not open is told in the log and stays as it is.
  private static List<Rewrapped> rewrapped(KeyWrapping wrapping, List<Kept> batch) {
    var rewrapped = new ArrayList<Rewrapped>();
    for (var kept : batch) {
      try {
        var key = wrapping.unwrap(kept.object(), kept.key());
        rewrapped.add(new Rewrapped(kept.object(), kept.key(), wrapping.wrap(kept.object(), key)));
      } catch (ApiException e) {
        LOG.warn("a key of a file stays wrapped with root {}", kept.key().keyVersion());
      }
    }
    return rewrapped;
  }
}
