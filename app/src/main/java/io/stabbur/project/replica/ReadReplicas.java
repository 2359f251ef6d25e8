package io.stabbur.project.replica;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Listener;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Results;
import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.life.Chore;
import io.stabbur.project.life.Chores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The standbys of a project that answer reads (`read-urls`). A caller's read goes to one that has
/// replayed what the caller wrote and the last change of rights; the standby checks that itself, in
/// the exchange of the read. Where none can answer, the primary does.
///
/// Changes of rights made elsewhere are told by `NOTIFY stabbur_account_changes`; until it is known
/// where the log stood, and while nobody listens or the primary does not answer the look of each
/// second, all reads go to the primary.
public final class ReadReplicas implements AutoCloseable {
  /// What answers are called that the primary gave.
  public static final String PRIMARY = "primary";

  private static final String CHANNEL = "stabbur_account_changes";
  private static final Duration WATCH = Duration.ofSeconds(1);

  /// How old the primary's last answer may be.
  private static final long FRESH_NANOS = Duration.ofSeconds(3).toNanos();

  private static final Statement POSITION =
      Statement.of("select pg_current_wal_insert_lsn()::text");

  private final CallerPositions positions;
  private final Database admin;
  private final List<ReadReplica> replicas;
  private final AtomicInteger next = new AtomicInteger();
  private final LongAdder byPrimary = new LongAdder();
  private final AtomicLong changes = new AtomicLong();
  private volatile long settled;
  private volatile WalPosition written = WalPosition.START;
  private volatile long asked = System.nanoTime() - FRESH_NANOS;
  private volatile @Nullable Listener listener;
  private volatile Chores.@Nullable Handle settling;

  private ReadReplicas(CallerPositions positions, Database admin, List<ReadReplica> replicas) {
    this.positions = positions;
    this.admin = admin;
    this.replicas = replicas;
  }

  /// Replicas that are not asked before [#start]; none where there are no logins.
  ///
  /// @param positions what observes the commits of the project's pools
  /// @param admin the primary
  /// @param api the primary's pool whose reads they answer
  /// @param logins one for each standby
  public static ReadReplicas of(
      CallerPositions positions, Database admin, Database api, List<Login> logins) {
    var replicas = new ArrayList<ReadReplica>();
    for (var login : logins) {
      replicas.add(
          new ReadReplica(
              "replica-" + (replicas.size() + 1),
              ReplicaLogin.forReads(login),
              ReplicaLogin.forWatching(login),
              api));
    }
    return new ReadReplicas(positions, admin, List.copyOf(replicas));
  }

  /// Begins to watch the standbys; until one was seen well, the primary answers.
  public void start(Chores chores) {
    if (isEmpty()) {
      return;
    }
    settling = chores.start(Chore.onWake(Duration.ZERO, "read-replicas-changes", this::settle));
    changed();
    listener = Listener.watchful(admin.login(), CHANNEL, _ -> changed());
    for (var replica : replicas) {
      chores.start(Chore.every(WATCH, "watch-" + replica.name(), () -> look(replica)));
    }
  }

  public boolean isEmpty() {
    return replicas.isEmpty();
  }

  public List<ReadReplica> all() {
    return replicas;
  }

  /// How many reads the primary answered that a replica might have answered.
  public long readsByPrimary() {
    return byPrimary.sum();
  }

  /// What a replica answered.
  public record Answer<T>(T value, String server) {}

  /// What the caller must see.
  public WalPosition position(Share share) {
    return positions.of(share);
  }

  /// A replica's answer to a read; empty where the primary is to be asked.
  ///
  /// @param atLeast what the caller must see, by its own account
  public <T> Optional<Answer<T>> read(
      WalPosition atLeast, Actor actor, Batch batch, Results.Reader<T> reader) {
    var answer = mayAsk() ? ask(atLeast, actor, batch, reader) : Optional.<Answer<T>>empty();
    if (answer.isEmpty()) {
      byPrimary.increment();
    }
    return answer;
  }

  private <T> Optional<Answer<T>> ask(
      WalPosition atLeast, Actor actor, Batch batch, Results.Reader<T> reader) {
    var needed = WalPosition.later(atLeast, positions.of(actor.share()));
    int first = next.getAndIncrement();
    for (int each = 0; each < replicas.size(); each++) {
      var replica = replicas.get(Math.floorMod(first + each, replicas.size()));
      if (replica.mayAnswer(needed)) {
        // one is asked: a caller never waits for two
        return replica
            .read(needed, actor, batch, reader)
            .map(value -> new Answer<>(value, replica.name()));
      }
    }
    return Optional.empty();
  }

  /// Whether this process knows of all changes of rights.
  private boolean mayAsk() {
    var heard = listener;
    return settled == changes.get()
        && heard != null
        && heard.isListening()
        && System.nanoTime() - asked < FRESH_NANOS;
  }

  /// Rights have changed, or may have: the primary answers everybody until it is known how far the
  /// replicas must be.
  public void changed() {
    changes.incrementAndGet();
    var handle = settling;
    if (handle != null) {
      handle.wake();
    }
  }

  /// As [#changed], and what the database sets for roles is read anew.
  public void schemaChanged() {
    changed();
    replicas.forEach(replica -> replica.database().discardOlderConnections());
  }

  private void settle() {
    long upTo = changes.get();
    positions.changed(ask());
    settled = upTo;
  }

  private void look(ReadReplica replica) {
    replica.look(ask());
  }

  private WalPosition ask() {
    long began = System.nanoTime();
    var position =
        admin.exchange(
            Actor.of(admin.login().user()),
            Access.READ,
            POSITION,
            row -> WalPosition.parse(row.next() ? row.getString(1) : "").orElse(written));
    positions.written(position);
    written = position;
    asked = began;
    return position;
  }

  /// Has the primary answer all reads from now on: it is another server, which these do not follow.
  public void retire() {
    var heard = listener;
    listener = null;
    if (heard != null) {
      heard.close();
    }
  }

  @Override
  public void close() {
    retire();
    replicas.forEach(ReadReplica::close);
  }
}
