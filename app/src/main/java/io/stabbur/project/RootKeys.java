package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.error.StartFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// A project's root keys: versioned secrets from which rooms derive keys, such as those of personal
/// data and of files, each for a use of its own. No root leaves the key store.
///
/// Version 1 comes from the master key; rotation adds a version. Every process that serves the
/// project has a new one before any encrypts with it ([KeyHolders]), and the one before it stays in
/// use until the rotation after: what a slow request encrypted with it can be read. Replicas share
/// the key file.
public final class RootKeys implements AutoCloseable {
  private static final PerProject<RootKeys> ALL = new PerProject<>(RootKeys::new);
  private static final String MASTER = "master_key";
  private static final String ENTRY = "personal_data_key_";
  private static final String CURRENT = "personal_data_current";
  private static final String OLDEST = "personal_data_oldest";
  private static final String ROTATED = "personal_data_rotated";

  /// By the root of this use a database and a key file are known to belong together.
  private static final String CHECKED_USE = "personal data";

  /// How often a rotation asks whether all processes have the new version.
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  private final Project project;
  private final KeyHolders holders;
  private volatile Snapshot now;

  /// The versions at one moment. Never changes: a change of the key file makes another one.
  public static final class Snapshot {
    private final SortedMap<Integer, byte[]> secrets;
    private final int current;
    private final int oldest;
    private final int rotated;
    private final Object stamp;
    private final Map<String, SortedMap<Integer, byte[]>> byUse = new ConcurrentHashMap<>();

    private Snapshot(
        SortedMap<Integer, byte[]> secrets, int current, int oldest, int rotated, Object stamp) {
      this.secrets = secrets;
      this.current = current;
      this.oldest = oldest;
      this.rotated = rotated;
      this.stamp = stamp;
    }

    /// The version that encrypts.
    public int current() {
      return current;
    }

    /// The root of a use in every version there ever was, 32 bytes each.
    public SortedMap<Integer, byte[]> all(String use) {
      return byUse.computeIfAbsent(use, this::derive);
    }

    /// The root of a use in the versions that may still have encrypted something. Older ones are
    /// kept for old backups.
    public SortedMap<Integer, byte[]> inUse(String use) {
      return all(use).tailMap(oldest);
    }

    private SortedMap<Integer, byte[]> derive(String use) {
      var roots = new TreeMap<Integer, byte[]>();
      secrets.forEach(
          (version, secret) ->
              roots.put(version, Crypto.hmacSha256(secret, use.getBytes(StandardCharsets.UTF_8))));
      return Collections.unmodifiableSortedMap(roots);
    }
  }

  private RootKeys(Project project) {
    this.project = project;
    this.holders = new KeyHolders(project.admin());
    this.now = read();
  }

  public static RootKeys of(Project project) {
    return ALL.of(project);
  }

  /// The versions there are now.
  public Snapshot now() {
    return now;
  }

  /// The root of a use in one version; a version that another process has just added is looked for
  /// once.
  public Optional<byte[]> root(String use, int version) {
    if (!now.secrets.containsKey(version)) {
      reload();
    }
    return Optional.ofNullable(now.all(use).get(version));
  }

  /// The newest version, and whether a rotation to it is still to be finished.
  public record Newest(int version, boolean unfinished) {}

  public Newest newest() {
    reload();
    int newest = now.secrets.lastKey();
    return new Newest(newest, now.rotated < newest);
  }

  /// Adds a version, on disk and known to the database before it is used. It encrypts after
  /// [#activate]. Refused where the database knows keys that the file does not.
  public int addVersion() {
    refuseOtherKeys();
    int last = newest().version();
    KeyFile.change(
        project.folder(),
        entries -> entries.computeIfAbsent(ENTRY + (last + 1), _ -> Crypto.randomText(32)));
    reload();
    refuseOtherKeys();
    return last + 1;
  }

  /// Lets a version encrypt as soon as every process has it, and waits until every one does.
  ///
  /// @param goOn asked while some lag behind; `false` leaves it to the next call
  /// @return whether all encrypt with it now
  public boolean activate(int version, BooleanSupplier goOn) {
    refresh();
    while (holders.lagging(version).handingOut() > 0) {
      if (!goOn.getAsBoolean()) {
        return false;
      }
      sleep();
    }
    if (now.current < version) {
      KeyFile.put(project.folder(), Map.of(CURRENT, Integer.toString(version)));
    }
    holders.markInUse(version);
    refresh();
    while (holders.lagging(version).sealing() > 0) {
      if (!goOn.getAsBoolean()) {
        return false;
      }
      sleep();
    }
    holders.forgetBefore(version);
    return true;
  }

  private static void sleep() {
    try {
      Thread.sleep(ASK_AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a rotation was interrupted", e);
    }
  }

  private void refuseOtherKeys() {
    try {
      KeyCheck.confirm(project);
    } catch (StartFailure e) {
      throw new ApiException(new Refused(409, "other_keys", String.valueOf(e.getMessage())));
    }
  }

  /// Everything is encrypted with this version: of those before it only the last stays in use.
  public void finish(int version) {
    var entries = new LinkedHashMap<String, String>();
    entries.put(ROTATED, Integer.toString(version));
    entries.put(OLDEST, Integer.toString(version - 1));
    KeyFile.put(project.folder(), entries);
    reload();
  }

  /// For each version a value that only its key gives, by which a database and a key file are known
  /// to belong together.
  SortedMap<Integer, String> checks() {
    var checks = new TreeMap<Integer, String>();
    now.all(CHECKED_USE).forEach((version, root) -> checks.put(version, check(root)));
    return checks;
  }

  /// Another process may have rotated: to be asked every second.
  void refresh() {
    if (!KeyFile.stamp(project.folder()).equals(now.stamp)) {
      reload();
    }
    publishVersion();
  }

  /// Tells those who rotate what this process hands out.
  void publishVersion() {
    var held = now;
    holders.publish(new KeyHolders.Versions(held.secrets.lastKey(), held.current));
  }

  /// No other process can serve this database: what others said before they died is past.
  void publishVersionAlone() {
    holders.forgetBefore(Integer.MAX_VALUE);
    publishVersion();
  }

  private synchronized void reload() {
    now = read();
  }

  @Override
  public void close() {
    try {
      holders.close();
    } catch (ApiException e) {
      // the database went first; a rotation waits for this process in vain, and then no longer
    }
  }

  private Snapshot read() {
    return read(project.folder(), project.keys().masterKey());
  }

  /// The versions in the key file of a restored copy.
  ///
  /// @param given the master key where the file has none, because the settings give it
  static Snapshot ofCopy(Path folder, Secret given) {
    var own = KeyFile.entries(folder, MASTER).get(MASTER);
    return read(folder, own == null ? given : Secret.of(own));
  }

  private static Snapshot read(Path folder, Secret masterKey) {
    var stamp = KeyFile.stamp(folder);
    var secrets = new TreeMap<Integer, byte[]>();
    secrets.put(1, masterKey.bytes());
    KeyFile.entries(folder, ENTRY)
        .forEach(
            (name, value) ->
                secrets.put(
                    Integer.parseInt(name.substring(ENTRY.length())),
                    value.getBytes(StandardCharsets.UTF_8)));
    int rotated = number(folder, ROTATED);
    return new Snapshot(
        secrets,
        Math.max(number(folder, CURRENT), rotated),
        number(folder, OLDEST),
        rotated,
        stamp);
  }

  private static int number(Path folder, String entry) {
    return Optional.ofNullable(KeyFile.entries(folder, entry).get(entry))
        .map(Integer::parseInt)
        .orElse(1);
  }

  private static String check(byte[] root) {
    return HexFormat.of()
        .formatHex(Crypto.hmacSha256(root, "check".getBytes(StandardCharsets.UTF_8)), 0, 16);
  }
}
