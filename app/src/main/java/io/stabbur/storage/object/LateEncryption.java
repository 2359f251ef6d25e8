package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.object.ObjectRows.Clear;
import io.stabbur.storage.object.ObjectRows.Wanted;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Encrypts objects that were stored before their bucket asked for it: each gets a new version, and
/// its clear bytes are removed as those of any replaced version. It takes a little time of each
/// sweep until all are done, and looks again every hour. Objects under a legal hold stay as they
/// are.
@Singleton
public final class LateEncryption implements Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(LateEncryption.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int BATCH = 50;
  private static final UUID FIRST = new UUID(0, 0);
  private final ObjectRows rows;
  private final Backends backends;
  private final StorageSettings settings;
  private final PerProject<AtomicReference<Round>> rounds =
      new PerProject<>(_ -> new AtomicReference<>(new Round(FIRST, Instant.EPOCH)));

  LateEncryption(ObjectRows rows, Backends backends, StorageSettings settings) {
    this.rows = rows;
    this.backends = backends;
    this.settings = settings;
  }

  /// How far a round is, and when it goes on.
  private record Round(UUID after, Instant due) {}

  @Override
  public String name() {
    return "late-encryption";
  }

  @Override
  public void sweep(Project project) {
    var round = rounds.of(project);
    boolean isOff = settings.encryptionFor(Encryption.PROJECT) == Encryption.OFF;
    if (!isOff && Instant.now().isAfter(round.get().due())) {
      round.set(run(project, round.get().after(), Instant.now().plus(AT_ONCE)));
    }
  }

  /// Encrypts all objects that are to be, now.
  public void execute(Project project) {
    var _ = run(project, FIRST, Instant.MAX);
  }

  /// Answers how far it came until the moment given.
  private Round run(Project project, UUID from, Instant until) {
    var wanted =
        settings.encryptionFor(Encryption.OFF) == Encryption.OFF
            ? Wanted.IN_BUCKETS_THAT_ASK
            : Wanted.EVERYWHERE;
    var after = from;
    while (true) {
      var batch = rows.clear(project, wanted, after, BATCH);
      for (var clear : batch) {
        if (Instant.now().isAfter(until)) {
          return new Round(after, Instant.EPOCH);
        }
        encrypt(project, clear);
        after = clear.object().id();
      }
      if (batch.size() < BATCH) {
        return new Round(FIRST, Instant.now().plus(EVERY));
      }
    }
  }

  private void encrypt(Project project, Clear clear) {
    var object = clear.object();
    var version = settings.encryptionFor(clear.rule()).newVersion();
    replace(
        project, object, new VersionKey(project.name(), object.bucket(), object.name(), version));
  }

  /// An object that somebody changes meanwhile is theirs; the next round sees what became of it.
  private void replace(Project project, StoredObject object, VersionKey to) {
    rows.scheduleRemoval(project, to, settings.abandonedAfter());
    try {
      backends.of(project).copy(object.key(project.name()), to, object.size());
      rows.commitMove(project, object, to, null);
    } catch (ApiException | Backend.Missing e) {
      LOG.warn(
          "an object of bucket {} of project {} stays in clear: {}",
          object.bucket(),
          project.name(),
          e.getMessage());
      rows.cancelRemoval(project, to);
    }
  }
}
