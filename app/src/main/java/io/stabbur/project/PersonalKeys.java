package io.stabbur.project;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/// The keys of personal data: one per organisation and one for profiles, derived from a root that
/// never leaves the key store. A transaction is handed those its caller needs, as text for the
/// setting `stabbur.keys`; the database keeps none.
///
/// Version 1 of the root comes from the master key; rotation adds a version. Every process that
/// serves the project hands out a new one before any seals with it, and the one before it stays
/// handed out until the rotation after: what a slow request sealed with it can be read. Replicas
/// share the key file.
public final class PersonalKeys {
  /// The setting that hands keys to a transaction.
  public static final String SETTING = "stabbur.keys";

  private static final PerProject<PersonalKeys> ALL = new PerProject<>(PersonalKeys::new);
  private static final String ENTRY = "personal_data_key_";
  private static final String FROM = "personal_data_from_";
  private static final String OLDEST = "personal_data_oldest";
  private static final String ROTATED = "personal_data_rotated";

  /// How often a process looks whether another one changed the key file.
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// How long a new version is only handed out: longer than any process goes without looking.
  private static final Duration NOTICE = Duration.ofSeconds(2);

  private static final String PROFILES = "profiles";
  private static final String NONE = "";

  private final Project project;
  private final Cache<String, String> handed = Caffeine.newBuilder().maximumSize(10_000).build();
  private final AtomicLong looked = new AtomicLong(System.nanoTime());
  private volatile Roots roots;

  /// @param from when each version begins to seal, in milliseconds since 1970
  /// @param oldest versions before this one are kept for old backups and handed to nobody
  /// @param rotated the version with which everything was sealed anew last
  /// @param stamp when the key file was written
  private record Roots(
      SortedMap<Integer, byte[]> all,
      Map<Integer, Long> from,
      int oldest,
      int rotated,
      Object stamp) {
    int current() {
      long now = System.currentTimeMillis();
      int current = all.firstKey();
      for (var version : all.keySet()) {
        if (from.getOrDefault(version, 0L) <= now) {
          current = version;
        }
      }
      return current;
    }

    Map<Integer, byte[]> inUse() {
      return all.tailMap(oldest);
    }
  }

  private PersonalKeys(Project project) {
    this.project = project;
    this.roots = read();
  }

  public static PersonalKeys of(Project project) {
    return ALL.of(project);
  }

  /// For a member: the key of one organisation, and that of profiles.
  public String forMember(UUID organization) {
    return handed(name(organization), current -> keys(current, name(organization), PROFILES));
  }

  /// For somebody who is in no organisation: the key of profiles.
  public String forProfiles() {
    return handed(PROFILES, current -> keys(current, PROFILES));
  }

  /// For the service role, which reads every organisation.
  public String forService() {
    return handed("", current -> write(current, "roots", encoded(roots.inUse())));
  }

  /// For maintenance: every version there ever was.
  public String forMaintenance() {
    if (project.keysWithheld().isPresent()) {
      return NONE;
    }
    look();
    return write(roots.current(), "roots", encoded(roots.all()));
  }

  /// The newest version, and whether a rotation to it is still to be finished.
  public record Newest(int version, boolean unfinished) {}

  public Newest newest() {
    look();
    int newest = roots.all().lastKey();
    return new Newest(newest, roots.rotated() < newest);
  }

  /// Adds a version; on disk before it is used. It seals after [#awaitInUse].
  public synchronized int addVersion() {
    int next = newest().version() + 1;
    var entries = new LinkedHashMap<String, String>();
    entries.put(ENTRY + next, Crypto.randomText(32));
    entries.put(FROM + next, Long.toString(Instant.now().plus(NOTICE).toEpochMilli()));
    KeyFile.put(project.folder(), entries);
    reload();
    return next;
  }

  /// Returns when every process seals with this version.
  public void awaitInUse(int version) {
    long left = roots.from().getOrDefault(version, 0L) + 1 - System.currentTimeMillis();
    try {
      Thread.sleep(Math.max(left, 0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a rotation was interrupted", e);
    }
  }

  /// Everything is sealed with this version: of those before it only the last stays in use.
  public synchronized void finish(int version) {
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
    roots.all().forEach((version, root) -> checks.put(version, check(root)));
    return checks;
  }

  private String handed(String name, IntFunction<String> keys) {
    if (project.keysWithheld().isPresent()) {
      return NONE;
    }
    look();
    int current = roots.current();
    return handed.get(current + " " + name, _ -> keys.apply(current));
  }

  /// Another process may have rotated.
  private void look() {
    long last = looked.get();
    long now = System.nanoTime();
    if (now - last > LOOK.toNanos()
        && looked.compareAndSet(last, now)
        && !KeyFile.stamp(project.folder()).equals(roots.stamp())) {
      reload();
    }
  }

  private synchronized void reload() {
    roots = read();
    handed.invalidateAll();
  }

  private Roots read() {
    var stamp = KeyFile.stamp(project.folder());
    var all = new TreeMap<Integer, byte[]>();
    all.put(1, root(project.keys().masterKey().bytes()));
    KeyFile.entries(project.folder(), ENTRY)
        .forEach(
            (name, value) ->
                all.put(
                    Integer.parseInt(name.substring(ENTRY.length())),
                    root(value.getBytes(StandardCharsets.UTF_8))));
    var from = new LinkedHashMap<Integer, Long>();
    KeyFile.entries(project.folder(), FROM)
        .forEach(
            (name, value) ->
                from.put(Integer.parseInt(name.substring(FROM.length())), Long.parseLong(value)));
    return new Roots(all, from, number(OLDEST), number(ROTATED), stamp);
  }

  private int number(String entry) {
    return Optional.ofNullable(KeyFile.entries(project.folder(), entry).get(entry))
        .map(Integer::parseInt)
        .orElse(1);
  }

  private String keys(int current, String... names) {
    var keys = new LinkedHashMap<String, JsonNode>();
    roots
        .inUse()
        .forEach(
            (version, root) -> {
              for (var name : names) {
                keys.put(version + "." + name, base64(parts(root, name)));
              }
            });
    return write(current, "keys", keys);
  }

  private static String write(int current, String kind, Map<String, JsonNode> values) {
    var all = new LinkedHashMap<String, JsonNode>();
    all.put("current", JsonNode.createStringNode(Integer.toString(current)));
    all.put(kind, JsonNode.createObjectNode(values));
    return Json.write(JsonNode.createObjectNode(all));
  }

  private static Map<String, JsonNode> encoded(Map<Integer, byte[]> roots) {
    var nodes = new LinkedHashMap<String, JsonNode>();
    roots.forEach((version, root) -> nodes.put(version.toString(), base64(root)));
    return nodes;
  }

  /// To encrypt, to authenticate and to search, as `private.personal_key` derives them from a root.
  private static byte[] parts(byte[] root, String name) {
    var out = new ByteArrayOutputStream(96);
    for (var use : new String[] {":encrypt", ":authenticate", ":search"}) {
      out.writeBytes(Crypto.hmacSha256(root, (name + use).getBytes(StandardCharsets.UTF_8)));
    }
    return out.toByteArray();
  }

  private static String check(byte[] root) {
    return HexFormat.of()
        .formatHex(Crypto.hmacSha256(root, "check".getBytes(StandardCharsets.UTF_8)), 0, 16);
  }

  private static byte[] root(byte[] secret) {
    return Crypto.hmacSha256(secret, "personal data".getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode base64(byte[] bytes) {
    return JsonNode.createStringNode(Base64.getEncoder().encodeToString(bytes));
  }

  private static String name(UUID organization) {
    return "organisation:" + organization;
  }
}
