package io.stabbur.project;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The keys a project signs tokens with: `signing-keys.json` in its folder, readable by its owner
/// alone. Whoever changes the file changes them for every part of the appliance, within a second.
///
/// A key is first `standby`, known to everybody who checks tokens, then `current`, then `previous`:
/// what it signed is good until it expires. So a rotation signs nobody out.
public final class SigningKeyStore {
  private static final PerProject<SigningKeyStore> STORES = new PerProject<>(SigningKeyStore::new);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final Path file;
  private volatile Snapshot snapshot;

  /// What a key is used for.
  public enum State {
    STANDBY,
    CURRENT,
    PREVIOUS;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A key with its private half.
  public record StoredKey(JWK jwk, State state, Instant createdAt) {
    public String id() {
      return jwk.getKeyID();
    }

    public SigningAlgorithm algorithm() {
      return SigningAlgorithm.of(jwk);
    }

    /// The secret of a key that has one, as back ends are given it.
    public Optional<Secret> secret() {
      return jwk instanceof OctetSequenceKey shared
          ? Optional.of(Secret.of(new String(shared.toByteArray(), StandardCharsets.US_ASCII)))
          : Optional.empty();
    }

    StoredKey as(State next) {
      return new StoredKey(jwk, next, createdAt);
    }
  }

  /// The keys at one moment; `version` changes with every change.
  public record Snapshot(List<StoredKey> keys, String version, FileTime written, long lookedAt) {
    Snapshot lookedAgain() {
      return new Snapshot(keys, version, written, System.nanoTime());
    }
  }

  private SigningKeyStore(Path file) {
    this.file = file;
    snapshot = read();
  }

  private SigningKeyStore(Project project) {
    file = project.folder().resolve("signing-keys.json");
    // a project that brings a shared secret along signs with it until a key is made; a set of keys
    // brought along can only check
    var brought = project.settings().jwtSecret();
    var keys = project.settings().signingKeys();
    if (keys != null) {
      takeOnce(BroughtKeys.ofSetting(keys));
    } else if (!Files.exists(file) && (brought == null || brought.strip().startsWith("{"))) {
      change(_ -> firstKeys());
    }
    snapshot = read();
  }

  /// Makes the first keys of a project in a file that is not there yet.
  static void generate(Path file) {
    new SigningKeyStore(file).change(_ -> firstKeys());
  }

  private static List<StoredKey> firstKeys() {
    return new ArrayList<>(
        List.of(
            fresh(SigningAlgorithm.ES256, State.CURRENT),
            fresh(SigningAlgorithm.ES256, State.STANDBY)));
  }

  public static SigningKeyStore of(Project project) {
    return STORES.of(project);
  }

  /// The keys as the file has them now.
  public Snapshot now() {
    var known = snapshot;
    if (System.nanoTime() - known.lookedAt < LOOK_AGAIN.toNanos()) {
      return known;
    }
    var current = written().equals(known.written) ? known.lookedAgain() : read();
    snapshot = current;
    return current;
  }

  /// The standby key becomes the one that signs, and a new one stands by: so a new algorithm signs
  /// from the second rotation on, when everybody who checks tokens has seen its key.
  ///
  /// @param wanted the algorithm of the new key; that of the newest one when absent
  /// @return the new key, whose secret nobody learns again
  public StoredKey rotate(Optional<SigningAlgorithm> wanted) {
    change(
        keys -> {
          var after = new ArrayList<StoredKey>();
          boolean prepared = keys.stream().anyMatch(k -> k.state == State.STANDBY);
          var algorithm = wanted.orElseGet(() -> newest(keys));
          after.add(fresh(algorithm, State.STANDBY));
          if (!prepared) {
            after.add(fresh(algorithm, State.CURRENT));
          }
          for (var key : keys) {
            after.add(key.as(key.state == State.STANDBY ? State.CURRENT : State.PREVIOUS));
          }
          return after;
        });
    return snapshot.keys.stream()
        .filter(key -> key.state == State.STANDBY)
        .max(Comparator.comparing(StoredKey::createdAt))
        .orElseThrow();
  }

  /// What signs tokens now, as the header `alg` names it: the current key, or the shared secret of
  /// a project that has brought one along.
  public String algorithm() {
    return now().keys.stream()
        .filter(key -> key.state == State.CURRENT)
        .findFirst()
        .map(key -> key.algorithm().wire())
        .orElse("HS256");
  }

  /// Takes the keys of the settings when they are new: at a later start one of them that was
  /// revoked meanwhile stays revoked.
  private void takeOnce(BroughtKeys brought) {
    var taken = file.resolveSibling("signing-keys.taken");
    var ids = brought.keys().stream().map(key -> key.jwk().getKeyID()).sorted().toList();
    var mark = Crypto.sha256Hex(String.join("\n", ids));
    try {
      if (!Files.exists(file) || !Files.exists(taken) || !Files.readString(taken).equals(mark)) {
        take(brought);
        DurableFile.write(taken, mark);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Takes keys over that another installation made. Its signing key signs here from now on, its
  /// others are checked with. Keys that are known stay what they are, so that a rotation lasts.
  public void take(BroughtKeys brought) {
    if (unknown(brought, read().keys).isEmpty()) {
      return;
    }
    change(
        keys -> {
          var fresh =
              unknown(brought, keys).stream()
                  .map(
                      key ->
                          new StoredKey(
                              key.jwk(),
                              key.signs() ? State.CURRENT : State.PREVIOUS,
                              Instant.now()))
                  .toList();
          boolean replaced = fresh.stream().anyMatch(key -> key.state == State.CURRENT);
          var after = new ArrayList<StoredKey>(fresh);
          for (var key : keys) {
            after.add(replaced && key.state == State.CURRENT ? key.as(State.PREVIOUS) : key);
          }
          if (after.stream().noneMatch(key -> key.state == State.STANDBY)) {
            after.add(fresh(newest(after), State.STANDBY));
          }
          return after;
        });
  }

  private static List<BroughtKeys.Brought> unknown(BroughtKeys brought, List<StoredKey> known) {
    return brought.keys().stream()
        .filter(key -> known.stream().noneMatch(k -> k.id().equals(key.jwk().getKeyID())))
        .toList();
  }

  /// Takes a key away: nothing it signed is good any longer. The current key cannot be taken.
  ///
  /// @return false when there is no such key, or it signs
  public boolean revoke(String id) {
    var found = now().keys.stream().anyMatch(k -> k.id().equals(id) && k.state != State.CURRENT);
    if (found) {
      change(keys -> keys.stream().filter(k -> !k.id().equals(id)).toList());
    }
    return found;
  }

  private static StoredKey fresh(SigningAlgorithm algorithm, State state) {
    return new StoredKey(algorithm.fresh(), state, Instant.now());
  }

  private static SigningAlgorithm newest(List<StoredKey> keys) {
    return keys.stream()
        .max(Comparator.comparing(StoredKey::createdAt))
        .map(StoredKey::algorithm)
        .orElse(SigningAlgorithm.ES256);
  }

  /// Reads, changes and replaces the file under a lock that other processes see too.
  private synchronized void change(UnaryOperator<List<StoredKey>> work) {
    KeyFolder.requireOwn(file);
    var lock = file.resolveSibling("signing-keys.lock");
    try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      write(work.apply(read().keys));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    snapshot = read();
  }

  private Snapshot read() {
    try {
      if (!Files.exists(file)) {
        return new Snapshot(List.of(), "none", FileTime.fromMillis(0), System.nanoTime());
      }
      var written = written();
      var text = Files.readString(file);
      var keys = new ArrayList<StoredKey>();
      for (var entry : Json.parse(text).values()) {
        keys.add(stored(entry));
      }
      return new Snapshot(List.copyOf(keys), Crypto.sha256Hex(text), written, System.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException("The file of signing keys cannot be read", e);
    }
  }

  private static StoredKey stored(JsonNode entry) {
    try {
      return new StoredKey(
          JWK.parse(Json.write(child(entry, "jwk"))),
          State.valueOf(child(entry, "state").getStringValue().toUpperCase(Locale.ROOT)),
          Instant.parse(child(entry, "created_at").getStringValue()));
    } catch (ParseException e) {
      throw new IllegalStateException("The file of signing keys holds something else", e);
    }
  }

  private static JsonNode child(JsonNode entry, String name) {
    var value = entry.get(name);
    if (value == null) {
      throw new IllegalStateException("The file of signing keys lacks " + name);
    }
    return value;
  }

  private void write(List<StoredKey> keys) throws IOException {
    var entries = new ArrayList<JsonNode>();
    for (var key : keys) {
      var fields = new LinkedHashMap<String, JsonNode>();
      fields.put("state", JsonNode.createStringNode(key.state.wire()));
      fields.put("created_at", JsonNode.createStringNode(key.createdAt.toString()));
      fields.put("jwk", Json.parse(key.jwk.toJSONString()));
      entries.add(JsonNode.createObjectNode(fields));
    }
    DurableFile.write(file, Json.write(JsonNode.createArrayNode(entries)));
  }

  private FileTime written() {
    try {
      return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
