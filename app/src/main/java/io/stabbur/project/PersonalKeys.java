package io.stabbur.project;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// The keys of personal data: one per organisation and one for profiles, derived from a root that
/// never leaves the key store. A transaction is handed those its caller needs, as text for the
/// setting `stabbur.keys`; the database keeps none.
///
/// Version 1 of the root comes from the master key; rotation adds a version, and the ones before it
/// stay handed out until nothing is sealed with them.
public final class PersonalKeys {
  /// The setting that hands keys to a transaction.
  public static final String SETTING = "stabbur.keys";

  private static final PerProject<PersonalKeys> ALL = new PerProject<>(PersonalKeys::new);
  private static final String ENTRY = "personal_data_key_";
  private static final String OLDEST = "personal_data_oldest";
  private static final String PROFILES = "profiles";

  private final Project project;
  private final Cache<String, String> handed = Caffeine.newBuilder().maximumSize(10_000).build();
  private volatile Roots roots;

  /// @param oldest versions before this one are kept for old backups and handed to nobody
  private record Roots(SortedMap<Integer, byte[]> all, int oldest) {
    int current() {
      return all.lastKey();
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
    return handed.get(name(organization), name -> keys(name, PROFILES));
  }

  /// For somebody who is in no organisation: the key of profiles.
  public String forProfiles() {
    return handed.get(PROFILES, name -> keys(name));
  }

  /// For the service role, which reads every organisation.
  public String forService() {
    return handed.get("", _ -> write("roots", encoded(roots.inUse())));
  }

  /// For maintenance: every version there ever was.
  public String forMaintenance() {
    return write("roots", encoded(roots.all()));
  }

  public int current() {
    return roots.current();
  }

  public int oldest() {
    return roots.oldest();
  }

  /// Adds a version, which seals everything written from now on; on disk before it is used.
  public synchronized int addVersion() {
    int next = roots.current() + 1;
    KeyFile.put(project.folder(), ENTRY + next, Crypto.randomText(32));
    reload();
    return next;
  }

  /// Nothing is sealed with a version before the current one any more.
  public synchronized void retireOlder() {
    KeyFile.put(project.folder(), OLDEST, Integer.toString(roots.current()));
    reload();
  }

  private void reload() {
    roots = read();
    handed.invalidateAll();
  }

  private Roots read() {
    var all = new TreeMap<Integer, byte[]>();
    all.put(1, root(project.keys().masterKey().bytes()));
    KeyFile.entries(project.folder(), ENTRY)
        .forEach(
            (name, value) ->
                all.put(
                    Integer.parseInt(name.substring(ENTRY.length())),
                    root(value.getBytes(StandardCharsets.UTF_8))));
    var oldest =
        Optional.ofNullable(KeyFile.entries(project.folder(), OLDEST).get(OLDEST))
            .map(Integer::parseInt)
            .orElse(1);
    return new Roots(all, oldest);
  }

  private String keys(String... names) {
    var keys = new LinkedHashMap<String, JsonNode>();
    roots
        .inUse()
        .forEach(
            (version, root) -> {
              for (var name : names) {
                keys.put(version + "." + name, base64(parts(root, name)));
              }
            });
    return write("keys", keys);
  }

  private String write(String kind, Map<String, JsonNode> values) {
    var all = new LinkedHashMap<String, JsonNode>();
    all.put("current", JsonNode.createStringNode(Integer.toString(roots.current())));
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
