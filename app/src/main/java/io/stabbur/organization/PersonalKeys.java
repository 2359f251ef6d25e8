package io.stabbur.organization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RootKeys;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// The keys of personal data: one per organization and one for profiles, derived from the project's
/// [RootKeys]. A transaction is handed those its caller needs, as text for the setting
/// `stabbur.keys`; the database keeps none.
public final class PersonalKeys {
  /// The setting that hands keys to a transaction.
  public static final String SETTING = "stabbur.keys";

  private static final PerProject<PersonalKeys> ALL =
      new PerProject<>(project -> new PersonalKeys(RootKeys.of(project)));
  private static final String USE = "personal data";
  private static final String PROFILES = "profiles";
  private static final String NONE = "";

  private final RootKeys roots;
  private volatile Handed handed;
  private volatile Optional<String> withheld = Optional.empty();

  /// The texts that were made of one snapshot of the roots.
  private record Handed(RootKeys.Snapshot roots, Cache<String, String> texts) {
    static Handed of(RootKeys.Snapshot roots) {
      return new Handed(roots, Caffeine.newBuilder().maximumSize(10_000).build());
    }
  }

  private PersonalKeys(RootKeys roots) {
    this.roots = roots;
    this.handed = Handed.of(roots.now());
  }

  public static PersonalKeys of(Project project) {
    return ALL.of(project);
  }

  /// Why no key is handed to this database; empty where they are.
  public Optional<String> withheld() {
    return withheld;
  }

  void withhold(Optional<String> reason) {
    withheld = reason;
  }

  /// For a member: the key of one organization, and that of profiles.
  public String forMember(UUID organization) {
    return handed(name(organization), now -> keys(now, name(organization), PROFILES));
  }

  /// For somebody who is in no organization: the key of profiles.
  public String forProfiles() {
    return handed(PROFILES, now -> keys(now, PROFILES));
  }

  /// For the service role, which reads every organization.
  public String forService() {
    return handed("", now -> write(now.current(), "roots", encoded(now.inUse(USE))));
  }

  /// For maintenance: every version there ever was.
  public String forMaintenance() {
    if (withheld.isPresent()) {
      return NONE;
    }
    var now = roots.now();
    return write(now.current(), "roots", encoded(now.all(USE)));
  }

  private String handed(String name, Function<RootKeys.Snapshot, String> keys) {
    if (withheld.isPresent()) {
      return NONE;
    }
    var now = handed;
    var newest = roots.now();
    if (now.roots != newest) {
      now = Handed.of(newest);
      handed = now;
    }
    return now.texts.get(name, _ -> keys.apply(newest));
  }

  private static String keys(RootKeys.Snapshot now, String... names) {
    var keys = new LinkedHashMap<String, JsonNode>();
    now.inUse(USE)
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

  /// To encrypt, to authenticate and to search, as `stabbur_organization.personal_key` derives them
  /// from a root.
  private static byte[] parts(byte[] root, String name) {
    var out = new ByteArrayOutputStream(96);
    for (var use : new String[] {":encrypt", ":authenticate", ":search"}) {
      out.writeBytes(Crypto.hmacSha256(root, (name + use).getBytes(StandardCharsets.UTF_8)));
    }
    return out.toByteArray();
  }

  private static JsonNode base64(byte[] bytes) {
    return JsonNode.createStringNode(Base64.getEncoder().encodeToString(bytes));
  }

  private static String name(UUID organization) {
    return "organisation:" + organization;
  }
}
