package io.stabbur.project;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// The keys of personal data: one per organisation and one for profiles, derived from a root that
/// never leaves the key store. A transaction is handed those its caller needs, as text for the
/// setting `stabbur.keys`; the database keeps none.
///
/// Version 1 of the root comes from the master key; rotation adds a version. Every process that
/// serves the project hands out a new one before any seals with it ([KeyHolders]), and the one
/// before it stays handed out until the rotation after: what a slow request sealed with it can be
/// read. Replicas share the key file.
public final class PersonalKeys implements AutoCloseable {
  /// The setting that hands keys to a transaction.
  public static final String SETTING = "stabbur.keys";

  private static final PerProject<PersonalKeys> ALL = new PerProject<>(PersonalKeys::new);
  private static final String ENTRY = "personal_data_key_";
  private static final String CURRENT = "personal_data_current";
  private static final String OLDEST = "personal_data_oldest";
  private static final String ROTATED = "personal_data_rotated";

  /// How often a rotation asks whether all processes hand out the new version.
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  private static final String PROFILES = "profiles";
  private static final String NONE = "";

  private final Project project;
  private final KeyHolders holders;
  private volatile Roots roots;

  /// @param files the roots of the keys of files, by the same versions; those of personal data are
  ///   handed to the database for the service role, these to nobody
  /// @param current the version that seals
  /// @param oldest versions before this one are kept for old backups and handed to nobody
  /// @param rotated the version with which everything was sealed anew last
  /// @param stamp when the key file was written
  /// @param handed what was handed out already
  private record Roots(
      SortedMap<Integer, byte[]> all,
      SortedMap<Integer, byte[]> files,
      int current,
      int oldest,
      int rotated,
      Object stamp,
      Cache<String, String> handed) {
    Map<Integer, byte[]> inUse() {
      return all.tailMap(oldest);
    }
  }

  private PersonalKeys(Project project) {
    this.project = project;
    this.holders = new KeyHolders(project.admin());
    this.roots = read();
  }

  public static PersonalKeys of(Project project) {
    return ALL.of(project);
  }

  /// For a member: the key of one organisation, and that of profiles.
  public String forMember(UUID organization) {
    return handed(name(organization), now -> keys(now, name(organization), PROFILES));
  }

  /// For somebody who is in no organisation: the key of profiles.
  public String forProfiles() {
    return handed(PROFILES, now -> keys(now, PROFILES));
  }

  /// For the service role, which reads every organisation.
  public String forService() {
    return handed("", now -> write(now.current(), "roots", encoded(now.inUse())));
  }

  /// For maintenance: every version there ever was.
  public String forMaintenance() {
    if (project.keysWithheld().isPresent()) {
      return NONE;
    }
    var now = roots;
    return write(now.current(), "roots", encoded(now.all()));
  }

  /// The version that seals.
  int current() {
    return roots.current();
  }

  /// The root of the keys of files; a version that another process has just added is looked for
  /// once.
  Optional<byte[]> fileRoot(int version) {
    if (!roots.files().containsKey(version)) {
      reload();
    }
    return Optional.ofNullable(roots.files().get(version));
  }

  /// The newest version, and whether a rotation to it is still to be finished.
  public record Newest(int version, boolean unfinished) {}

  public Newest newest() {
    reload();
    int newest = roots.all().lastKey();
    return new Newest(newest, roots.rotated() < newest);
  }

  /// Adds a version, on disk and known to the database before it is used. It seals after
  /// [#putToUse]. Refused where the database knows keys that the file does not.
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

  /// Lets a version seal as soon as every process hands it out, and waits until every one does.
  ///
  /// @param goOn asked while some lag behind; `false` leaves it to the next call
  /// @return whether all seal with it now
  public boolean putToUse(int version, BooleanSupplier goOn) {
    look();
    while (holders.lagging(version).handingOut() > 0) {
      if (!goOn.getAsBoolean()) {
        return false;
      }
      sleep();
    }
    if (roots.current() < version) {
      KeyFile.put(project.folder(), Map.of(CURRENT, Integer.toString(version)));
    }
    holders.putToUse(version);
    look();
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

  /// Everything is sealed with this version: of those before it only the last stays in use.
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
    roots.all().forEach((version, root) -> checks.put(version, check(root)));
    return checks;
  }

  private String handed(String name, Function<Roots, String> keys) {
    if (project.keysWithheld().isPresent()) {
      return NONE;
    }
    var now = roots;
    return now.handed().get(name, _ -> keys.apply(now));
  }

  /// Another process may have rotated: to be asked every second.
  void look() {
    if (!KeyFile.stamp(project.folder()).equals(roots.stamp())) {
      reload();
    }
    announce();
  }

  /// Tells those who rotate what this process hands out.
  void announce() {
    var now = roots;
    holders.enter(new KeyHolders.Held(now.all().lastKey(), now.current()));
  }

  /// No other process can serve this database: what others said before they died is past.
  void announceAlone() {
    holders.forgetBefore(Integer.MAX_VALUE);
    announce();
  }

  private synchronized void reload() {
    roots = read();
  }

  @Override
  public void close() {
    try {
      holders.close();
    } catch (ApiException e) {
      // the database went first; a rotation waits for this process in vain, and then no longer
    }
  }

  private Roots read() {
    var stamp = KeyFile.stamp(project.folder());
    var secrets = new TreeMap<Integer, byte[]>();
    secrets.put(1, project.keys().masterKey().bytes());
    KeyFile.entries(project.folder(), ENTRY)
        .forEach(
            (name, value) ->
                secrets.put(
                    Integer.parseInt(name.substring(ENTRY.length())),
                    value.getBytes(StandardCharsets.UTF_8)));
    int rotated = number(ROTATED);
    return new Roots(
        roots(secrets, "personal data"),
        roots(secrets, "files"),
        Math.max(number(CURRENT), rotated),
        number(OLDEST),
        rotated,
        stamp,
        Caffeine.newBuilder().maximumSize(10_000).build());
  }

  private int number(String entry) {
    return Optional.ofNullable(KeyFile.entries(project.folder(), entry).get(entry))
        .map(Integer::parseInt)
        .orElse(1);
  }

  private static String keys(Roots now, String... names) {
    var keys = new LinkedHashMap<String, JsonNode>();
    now.inUse()
        .forEach(
            (version, root) -> {
              for (var name : names) {
                keys.put(version + "." + name, base64(parts(root, name)));
              }
            });
    return write(now.current(), "keys", keys);
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

  private static SortedMap<Integer, byte[]> roots(Map<Integer, byte[]> secrets, String use) {
    var roots = new TreeMap<Integer, byte[]>();
    secrets.forEach(
        (version, secret) ->
            roots.put(version, Crypto.hmacSha256(secret, use.getBytes(StandardCharsets.UTF_8))));
    return roots;
  }

  private static JsonNode base64(byte[] bytes) {
    return JsonNode.createStringNode(Base64.getEncoder().encodeToString(bytes));
  }

  private static String name(UUID organization) {
    return "organisation:" + organization;
  }
}
