package io.stabbur.project;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.SharedListener;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.db.TransactionBody;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.life.Chore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API keys of a project: `stabbur.api_keys` in its database, held in memory as one immutable
/// snapshot. A change counts here before the call that made it returns, and in every other process
/// when Postgres tells of it; where notifications do not arrive, half a minute later.
///
/// The keys of the key file are entered at each start; one that was revoked stays revoked. A key
/// that the operator's settings name takes the place of those that were there before it.
public final class ApiKeyStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiKeyStore.class);
  private static final PerProject<ApiKeyStore> STORES = new PerProject<>(ApiKeyStore::new);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
  private static final Duration USE_HOLDS = Duration.ofHours(1);
  private static final String CHANNEL = "stabbur_api_keys";
  private static final String FIRST_START = "default";
  private static final int PREFIX = 6;
  private static final Actor OWNER = Actor.of("postgres");
  private static final Statement ALL =
      Statement.of(
          """
          select id, name, kind, hash, prefix, public_key, created_at, revoked_at,
            identity is distinct from stabbur.identity() as is_asleep
          from stabbur.api_keys order by created_at, id\
          """);

  private static final Statement USES =
      Statement.of("select id, last_used_at from stabbur.api_keys where last_used_at is not null");
  private static final String USED =
      """
      with used as (
        select id from stabbur.api_keys
        where id = any (?::uuid[])
          and (last_used_at is null or last_used_at < now() - interval '30 minutes')
        order by id for update)
      update stabbur.api_keys k set last_used_at = now() from used where k.id = used.id\
      """;

  private final Project project;
  private final SharedListener.@Nullable Ear listener;
  private volatile Snapshot snapshot = new Snapshot(List.of(), Map.of(), 0);

  /// When a use of each key was noted last by this process.
  private final Map<UUID, Instant> uses = new ConcurrentHashMap<>();

  /// Keys of which a use is noted and not written yet.
  private final Set<UUID> unwritten = ConcurrentHashMap.newKeySet();

  /// The keys at one moment; `version` changes with every change.
  public record Snapshot(List<ApiKey> keys, Map<String, ApiKey> byHash, long version) {
    /// The key with this text, revoked or not.
    public Optional<ApiKey> find(String key) {
      return Optional.ofNullable(byHash.get(Crypto.sha256Hex(key)));
    }
  }

  /// A key that was just made, and its text, which nobody learns again.
  public record Made(ApiKey key, Secret text) {}

  /// How an attempt to revoke or to rotate ends.
  public enum Outcome {
    DONE,
    /// No such key, or revoked before.
    UNKNOWN,
    /// The appliance itself uses it: it must be rotated first.
    IN_USE
  }

  private ApiKeyStore(Project project) {
    this.project = project;
    if (!project.settings().prepare()) {
      // a database that belongs to something else: only the key file counts
      listener = null;
      accept(firstStart());
      return;
    }
    write(
        tx -> {
          for (var key : firstStart()) {
            enter(tx, key);
            if (project.settings().apiKey(key.kind()) != null) {
              replace(tx, key);
            }
          }
          return true;
        });
    var follow =
        project
            .chores()
            .start(
                Chore.every(
                    LOOK_AGAIN,
                    "api-keys",
                    () -> {
                      read();
                      writeUses();
                    }));
    listener = Notifications.of(project).listen(CHANNEL, _ -> follow.wake());
  }

  public static ApiKeyStore of(Project project) {
    return STORES.of(project);
  }

  /// The keys as they are known now; never waits.
  public Snapshot now() {
    return snapshot;
  }

  /// Notes that a key was used, which is written later and once an hour at most.
  public void noteUse(ApiKey key) {
    var now = Instant.now();
    var last = uses.get(key.id());
    if (listener != null && (last == null || last.plus(USE_HOLDS).isBefore(now))) {
      uses.put(key.id(), now);
      unwritten.add(key.id());
    }
  }

  /// When keys were used last, to about an hour; those of which no use was noted are left out.
  public Map<UUID, Instant> lastUses() {
    return listener == null
        ? Map.of()
        : project
            .admin()
            .transaction(OWNER, Access.READ, tx -> tx.list(USES, ApiKeyStore::use))
            .stream()
            .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map.Entry<UUID, Instant> use(ResultSet row) throws SQLException {
    return Map.entry(
        row.getObject("id", UUID.class),
        row.getObject("last_used_at", OffsetDateTime.class).toInstant());
  }

  /// A failure is no reason to hold up what revocations are read by; they are written next time.
  private void writeUses() {
    var keys = List.copyOf(unwritten);
    if (keys.isEmpty()) {
      return;
    }
    var ids = keys.stream().map(UUID::toString).toArray(String[]::new);
    try {
      var _ =
          project
              .admin()
              .transaction(OWNER, Access.WRITE, tx -> tx.update(Statement.of(USED, (Object) ids)));
      unwritten.removeAll(keys);
    } catch (ApiException e) {
      LOG.warn("Uses of API keys of {} were not noted: {}", project.name(), e.getMessage());
    }
  }

  /// Whether keys of this kind can be made: those of the older form are signed with the project's
  /// secret, and a set of keys brought along for checking signs nothing.
  public boolean makes(ApiKey.Kind kind) {
    boolean signed = kind == ApiKey.Kind.ANON || kind == ApiKey.Kind.SERVICE_ROLE;
    return !signed || !project.keys().jwtSecret().reveal().strip().startsWith("{");
  }

  /// Makes a key.
  public Made create(ApiKey.Kind kind, String name) {
    var text = KeyText.fresh(kind, project.keys().jwtSecret(), project.name());
    var key = describe(kind, name, text);
    write(
        tx -> {
          enter(tx, key);
          return true;
        });
    return new Made(key, Secret.of(text));
  }

  /// Makes a new key of the kind that the key file has; the one before stays good until it is
  /// revoked.
  ///
  /// @return nothing when the operator's settings name the key
  public Optional<Made> rotate(ApiKey.Kind kind) {
    if (project.settings().apiKey(kind) != null) {
      return Optional.empty();
    }
    KeyFolder.requireOwn(project.folder().resolve("keys.json"));
    var made = create(kind, FIRST_START);
    KeyFile.put(project.folder(), Map.of(kind.entry(), made.text.reveal()));
    project.change(keys -> keys.with(kind, made.text));
    return Optional.of(made);
  }

  /// Ends a key for every part of the appliance.
  public Outcome revoke(UUID id) {
    var inUse = inUse();
    return write(
        tx -> {
          var hash =
              tx.first(
                  Statement.of(
                      "select hash from stabbur.api_keys where id = ? and revoked_at is null", id),
                  row -> row.getString(1));
          if (hash.isEmpty()) {
            return Outcome.UNKNOWN;
          }
          if (inUse.contains(hash.get())) {
            return Outcome.IN_USE;
          }
          tx.update(
              Statement.of("update stabbur.api_keys set revoked_at = now() where id = ?", id));
          return Outcome.DONE;
        });
  }

  /// Whether the appliance uses a key itself: it cannot be revoked before it is rotated.
  public boolean isOfTheAppliance(ApiKey key) {
    return inUse().contains(key.hash());
  }

  /// Lets what came with the dump of another database count here ([ProjectIdentity]).
  public void wake(ProjectIdentity.Part part) {
    write(
        tx -> {
          ProjectIdentity.confirm(tx, part);
          return true;
        });
  }

  /// The keys that the appliance uses itself, those included that another process has rotated.
  private Set<String> inUse() {
    var hashes = new HashSet<String>();
    for (var kind : ApiKey.Kind.values()) {
      hashes.add(Crypto.sha256Hex(project.keys().of(kind).reveal()));
      KeyFile.entries(project.folder(), kind.entry())
          .forEach((_, text) -> hashes.add(Crypto.sha256Hex(text)));
    }
    return hashes;
  }

  private List<ApiKey> firstStart() {
    var keys = new ArrayList<ApiKey>();
    for (var kind : ApiKey.Kind.values()) {
      keys.add(describe(kind, FIRST_START, project.keys().of(kind).reveal()));
    }
    return keys;
  }

  private static ApiKey describe(ApiKey.Kind kind, String name, String text) {
    var prefix =
        text.startsWith("sb_")
            ? text.substring(0, Math.min(text.length(), text.indexOf('_', 3) + 1 + PREFIX))
            : "";
    return new ApiKey(
        UUID.randomUUID(),
        name,
        kind,
        Crypto.sha256Hex(text),
        prefix,
        kind.isPublic() ? text : null,
        Instant.now(),
        null,
        false);
  }

  private static void enter(Transaction tx, ApiKey key) {
    tx.update(
        Statement.of(
            """
            insert into stabbur.api_keys as k (id, name, kind, hash, prefix, public_key, identity)
            values (?, ?, ?, ?, ?, ?, stabbur.identity())
            on conflict (hash) do update set identity = excluded.identity
            where k.identity is distinct from excluded.identity\
            """,
            key.id(),
            key.name(),
            key.kind().wire(),
            key.hash(),
            key.prefix(),
            key.publicKey()));
  }

  /// Ends what settings or key file named before: changing the settings is how the operator takes
  /// such a key back.
  private void replace(Transaction tx, ApiKey key) {
    int ended =
        tx.update(
            Statement.of(
                """
                update stabbur.api_keys set revoked_at = now()
                where kind = ? and name = ? and hash <> ? and revoked_at is null\
                """,
                key.kind().wire(),
                FIRST_START,
                key.hash()));
    if (ended > 0) {
      LOG.info(
          "the settings of {} name another {}: the one before is revoked",
          project.name(),
          key.kind().entry());
    }
    var revoked =
        Statement.of(
            "select 1 from stabbur.api_keys where hash = ? and revoked_at is not null", key.hash());
    if (tx.first(revoked, row -> row.getInt(1)).isPresent()) {
      LOG.error(
          "the {} in the settings of {} was revoked and is refused; choose a new one",
          key.kind().entry(),
          project.name());
    }
  }

  /// Changes the keys and takes the new ones at once.
  private <T> T write(TransactionBody<T> body) {
    var result = project.admin().transaction(OWNER, Access.WRITE, body);
    read();
    return result;
  }

  /// One reader at a time, so that an older reading never follows a newer one.
  private synchronized void read() {
    accept(
        project.admin().transaction(OWNER, Access.READ, tx -> tx.list(ALL, ApiKeyStore::readRow)));
  }

  private void accept(List<ApiKey> keys) {
    if (!keys.equals(snapshot.keys)) {
      var byHash = keys.stream().collect(toUnmodifiableMap(ApiKey::hash, key -> key, (a, _) -> a));
      snapshot = new Snapshot(List.copyOf(keys), byHash, snapshot.version + 1);
    }
  }

  private static ApiKey readRow(ResultSet row) throws SQLException {
    var revoked = row.getObject("revoked_at", OffsetDateTime.class);
    return new ApiKey(
        row.getObject("id", UUID.class),
        row.getString("name"),
        ApiKey.Kind.of(row.getString("kind")).orElseThrow(),
        row.getString("hash"),
        row.getString("prefix"),
        row.getString("public_key"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        revoked == null ? null : revoked.toInstant(),
        row.getBoolean("is_asleep"));
  }

  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
  }
}
