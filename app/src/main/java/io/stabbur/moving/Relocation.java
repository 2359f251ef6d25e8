package io.stabbur.moving;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ClientPrograms;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A project's database on its way to another server while it is served. Its rows come over as in
/// any [Move]; what is written meanwhile follows in the stream of changes, where the source has
/// one. Then writes wait until both sides are the same, and all servers change over. From that
/// moment on the other side's changes are kept for the way back, until [#letGo].
///
/// It may be killed at any point: what is done is noted in the target, a pause ends by itself, and
/// the same call goes on.
public final class Relocation implements AutoCloseable {
  private static final String DEFINITIONS = "definitions";
  private static final String LEFT = "left";
  private static final String SLOT_THERE = "slot of the other database";
  private static final String HAS_LEFT =
      "The project has left this database for the one that the move named, and this one refuses writes. Restart every process with the settings that the move printed. Where the project shall stay here, `--done --stay` lets writes go on; what was written in the other database is lost then.";
  private static final int TRIES = 5;
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Duration NEAR = Duration.ofMillis(200);
  private static final int ROUNDS = 1000;

  /// How long materialized views are computed while the project is served from the source.
  private static final Duration LONGEST_BEFORE = Duration.ofDays(1);

  /// The same while writes wait, which they do for less than half a minute.
  private static final Duration LONGEST_HELD = Duration.ofSeconds(10);

  /// The same once the project is in the target, where nobody reads a view that is computed.
  private static final Duration LONGEST_AFTER = Duration.ofSeconds(30);

  private static final String KEEP_ASLEEP = SqlFile.of(Relocation.class, "keep-asleep");

  private final Login from;
  private final Login to;
  private final ClientPrograms programs;
  private final Progress progress;
  private final DatabaseLink source;
  private final DatabaseLink target;
  private final Journal journal;
  private final Feed feed;

  /// How a change over went.
  ///
  /// @param pause how long writes waited
  /// @param transactions how many came by the stream of changes
  /// @param staysOpen whether the way back is kept by a stream of changes
  /// @param refreshes statements that compute materialized views anew, which were refused or took
  ///   too long: these views have an older content
  public record Report(
      Duration pause, long transactions, boolean staysOpen, List<String> refreshes) {
    /// Keeps a copy of the statements.
    public Report {
      refreshes = List.copyOf(refreshes);
    }
  }

  private Relocation(
      Login from,
      Login to,
      ClientPrograms programs,
      Progress progress,
      DatabaseLink source,
      DatabaseLink target) {
    this.from = from;
    this.to = to;
    this.programs = programs;
    this.progress = progress;
    this.source = source;
    this.target = target;
    this.journal = new Journal(target);
    this.feed = new Feed(source, from);
  }

  /// Connects to both sides.
  ///
  /// @param from where the project is now
  public static Relocation open(Login from, Login to, ClientPrograms programs, Progress progress) {
    var source = DatabaseLink.open("The source", from);
    try {
      var target = DatabaseLink.open("The target", to);
      return new Relocation(from, to, programs, progress, source, target);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /// What there is to do, and how. Reads only.
  public Plan plan() {
    try (var move = whole(Optional.empty())) {
      var plan = move.plan();
      if (hasLeft(source)) {
        return plan.with(HAS_LEFT);
      }
      if (Move.identity(source).equals(Move.identity(target))) {
        return plan.with("The target is the database that the project is in; name another one.");
      }
      var lines = new ArrayList<>(plan.what());
      lines.add(way(move.tables()));
      var all = new Plan(lines, plan.staysBehind(), plan.byHand(), plan.conflicts());
      for (var link : List.of(source, target)) {
        for (var title : new Fence(link).unguardable(move.tables())) {
          all =
              all.with(
                  "The login of one side may not keep writes off %s after the move; grant it the right trigger on that table."
                      .formatted(title));
        }
      }
      return all;
    }
  }

  private String way(List<MovedTable> tables) {
    var obstacle = feed.obstacle();
    if (obstacle.isPresent()) {
      return "all rows by snapshot, once while the project is served and what has changed since then while writes wait, as the source has no stream of changes: "
          + obstacle.get();
    }
    var unkeyed = titles(tables);
    unkeyed.removeAll(titles(keyed(tables)));
    return unkeyed.isEmpty()
        ? "what is written meanwhile, by the stream of changes"
        : "what is written meanwhile, by the stream of changes; tables without a key whole while writes wait: "
            + unkeyed.stream().sorted().collect(Collectors.joining(", "));
  }

  /// Copies, follows, and has all servers change over.
  public Report run(Switch servers) {
    requireAlone();
    var conflicts = plan().conflicts();
    if (!conflicts.isEmpty()) {
      throw new StartFailure(conflicts.getFirst());
    }
    boolean isResumed = isCopied();
    // up where a change over was interrupted; definitions are copied without it
    if (isResumed) {
      lift(source);
    } else {
      new Fence(source).remove();
    }
    boolean streams = copy();
    var back = new Feed(target, to);
    boolean staysOpen = prepareWayBack(back);
    try {
      var report =
          changeOver(
              servers,
              streams,
              isResumed,
              staysOpen,
              () -> {
                takeIdentity();
                keepWayBack(back, staysOpen);
              });
      tidyUp(feed::drop);
      return report;
    } catch (RuntimeException e) {
      if (staysOpen && !(e.getCause() instanceof Switch.Unsure)) {
        tidyUp(
            () -> {
              back.drop();
              new Journal(source).forget(SLOT_THERE);
            });
      }
      throw e;
    }
  }

  /// Makes the target's slot while the project is served: a slot waits for transactions that are
  /// under way in all databases of its server, as long as they like.
  ///
  /// @return whether there is one
  private boolean prepareWayBack(Feed back) {
    if (back.obstacle().isPresent() || !back.publish(keyed(tables()))) {
      return false;
    }
    progress.at("waiting", "for transactions of the target's server", "");
    // noted first, so that whoever lets go knows of it
    var other = new Journal(source);
    other.drop();
    other.make(Move.identity(target));
    other.note(SLOT_THERE, back.slot());
    try (var _ = back.keep()) {
      return true;
    } catch (SQLException e) {
      throw target.refused(e);
    }
  }

  /// The way back: the same with the sides exchanged, where nothing but later changes is missing.
  public Report back(Switch servers) {
    requireAlone();
    lift(source);
    boolean streams = journal.step(Replay.APPLIED).isPresent() && feed.exists();
    boolean isBack = false;
    try {
      var report = changeOver(servers, streams, true, false, () -> lift(target));
      isBack = true;
      tidyUp(feed::drop);
      tidyUp(journal::drop);
      return report;
    } finally {
      if (!isBack) {
        fenceAgain();
      }
    }
  }

  /// Where the project has stayed in the source for certain.
  private void fenceAgain() {
    try {
      if (!new Fence(source).isUp() && !new Fence(target).isUp()) {
        target.atomically(() -> new Fence(target).put(tables()));
        new Fence(target).tell(true);
      }
    } catch (StartFailure e) {
      progress.done("not fenced again", "", String.valueOf(e.getMessage()));
    }
  }

  /// The move is done, whatever becomes of this.
  private void tidyUp(Runnable work) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      try {
        work.run();
        return;
      } catch (StartFailure e) {
        progress.done("not tidied up", "", String.valueOf(e.getMessage()));
        rest(AGAIN);
      }
    }
  }

  private void requireAlone() {
    for (var link : List.of(source, target)) {
      requireAlone(link);
    }
  }

  private static void requireAlone(DatabaseLink link) {
    // a connection that is closed keeps its locks for a moment
    for (int attempt = 1; !link.isTrue("select pg_try_advisory_lock(7230210518)"); attempt++) {
      if (attempt == TRIES) {
        throw new StartFailure("Another move of the project is under way; wait for its end.");
      }
      rest(AGAIN);
    }
  }

  /// Lets a database that the project has left before take it again.
  ///
  /// @return whether it refused writes until now
  public static boolean reopen(Login from, Login to) {
    try (var source = DatabaseLink.open("The source", from);
        var target = DatabaseLink.open("The target", to)) {
      requireAlone(source);
      requireAlone(target);
      boolean wasClosed = new Fence(target).isUp();
      if (new Journal(target).source().equals(Optional.of(Move.identity(source)))) {
        new Fence(target).remove();
        return wasClosed;
      }
      return false;
    }
  }

  /// Has a database that was reopened, and that the project has not moved to, refuse writes again.
  public static void closeAgain(Login from, Login to) {
    try (var relocation = open(from, to, new ClientPrograms(List.of()), (_, _, _) -> {})) {
      relocation.requireAlone();
      relocation.fenceAgain();
    }
  }

  /// Notes in the source that the project has left it, where its servers are told of the target by
  /// hand. Until they are, nothing else says so.
  public void leave() {
    new Journal(source).renew(LEFT, Move.identity(target));
  }

  /// Before a project stays in a database that it has left, or was about to leave: ends what the
  /// other one keeps for the way back.
  ///
  /// @param other the database that it has left for; empty where it cannot be reached any more
  /// @param stays whether it stays although it has left
  /// @return the replication slot for which the other one goes on to keep its log
  public static Optional<String> abandon(Login login, Optional<Login> other, boolean stays) {
    try (var link = DatabaseLink.open("The database", login)) {
      requireMayStay(link, stays);
      var journal = new Journal(link);
      var slot = journal.step(SLOT_THERE);
      if (other.isEmpty() || !journal.exists()) {
        return slot;
      }
      try (var there = DatabaseLink.open("The other database", other.get())) {
        requireAlone(there);
        if (!journal.source().equals(Optional.of(Move.identity(there)))) {
          throw new StartFailure(
              "The project has left for another database than the one of --other; nothing was changed.");
        }
        tidyUp(there, other.get());
        return Optional.empty();
      }
    }
  }

  private static void requireMayStay(DatabaseLink link, boolean stays) {
    if (!stays && hasLeft(link)) {
      throw new StartFailure(HAS_LEFT);
    }
  }

  private static boolean hasLeft(DatabaseLink link) {
    return new Fence(link).isUp() && new Journal(link).isDone(LEFT);
  }

  /// Ends the way back, or what was begun: no log is kept for it any more. Rows stay where they
  /// are.
  ///
  /// @param login to the database where the project is
  /// @param stays whether it stays there although it has left
  /// @return whether no trigger of the move remains, as happens where somebody reads for long
  public static boolean letGo(Login login, boolean stays) {
    try (var link = DatabaseLink.open("The database", login)) {
      requireAlone(link);
      requireMayStay(link, stays);
      boolean isGone = new Fence(link).lift();
      tidyUp(link, login);
      return isGone;
    }
  }

  /// The same in the database that the project has left, which takes no writes ever after.
  public static void letGoBehind(Login login) {
    try (var link = DatabaseLink.open("The old database", login)) {
      requireAlone(link);
      tidyUp(link, login);
    }
  }

  private static void tidyUp(DatabaseLink link, Login login) {
    new Feed(link, login).drop();
    new Journal(link).drop();
  }

  /// Whether the changes since follow in a stream.
  private boolean copy() {
    if (isCopied()) {
      return true;
    }
    journal.make(Move.identity(source));
    if (!journal.isDone(Move.SCHEMA)) {
      journal.forget(DEFINITIONS);
    }
    journal.note(DEFINITIONS, definitions(source));
    journal.forget(Move.COMPARED);
    journal.forget(Replay.APPLIED);
    if (feed.obstacle().isPresent() || !feed.publish(keyed(tables()))) {
      copy(Optional.empty());
      return false;
    }
    try (var slot = feed.keep()) {
      copy(Optional.of(slot.snapshot()));
      journal.renew(Replay.APPLIED, Replay.everythingBefore(slot.position()));
    } catch (SQLException e) {
      throw source.refused(e);
    }
    return true;
  }

  private boolean isCopied() {
    return journal.isDone(Move.COMPARED)
        && journal.isDone(Move.ATTACHED)
        && journal.isDone(Replay.APPLIED)
        && feed.exists();
  }

  private void copy(Optional<String> snapshot) {
    try (var move = whole(snapshot)) {
      var _ = move.run();
    }
  }

  /// @param comparesAll whether another run followed the stream before, and may have changed any
  ///   table
  private Report changeOver(
      Switch servers,
      boolean streams,
      boolean comparesAll,
      boolean staysOpen,
      Runnable beforeChange) {
    var tables = tables();
    try (var replay = streams ? replay(keyed(tables)) : null;
        var move = whole(Optional.empty())) {
      move.bringLargeObjects();
      var refreshes = move.refreshes();
      var stale = new ArrayList<String>();
      if (replay != null) {
        catchUp(replay);
        stale.addAll(move.refreshViews(refreshes, LONGEST_BEFORE));
        catchUp(replay);
      }
      for (int attempt = 0; attempt < TRIES; attempt++) {
        Runnable settling =
            () -> {
              if (settle(replay, move, tables, comparesAll)) {
                stale.clear();
                stale.addAll(move.refreshViews(refreshes, LONGEST_HELD));
              }
            };
        Runnable rest =
            () -> {
              move.bringTheRest();
              requireSameDefinitions();
            };
        var report = pause(servers, tables, settling, beforeChange, rest);
        if (report.isPresent()) {
          long transactions = replay == null ? 0 : replay.transactions();
          return new Report(
              report.get(), transactions, staysOpen, move.refreshViews(stale, LONGEST_AFTER));
        }
        rest(AGAIN);
      }
      throw new StartFailure(
          "A transaction of the source holds its tables on and on, and the project stays where it is; end it, or run the command again later.");
    }
  }

  private Replay replay(List<MovedTable> keyed) {
    var stream = feed.open(Replay.applied(journal));
    return new Replay(stream, DatabaseLink.open("The target", to), keyed);
  }

  /// How long it took; empty where others write on, and then nothing has changed.
  ///
  /// @param rest brings what could change until the fence was up, and refuses what was defined
  private Optional<Duration> pause(
      Switch servers,
      List<MovedTable> tables,
      Runnable settling,
      Runnable beforeChange,
      Runnable rest) {
    progress.at("changing over", "", "");
    long begun = System.nanoTime();
    boolean isUndone = true;
    servers.hold();
    try (var standstill = Standstill.of(from, tables)) {
      settling.run();
      beforeChange.run();
      servers.hold();
      standstill.becomeFence();
      new Fence(source).tell(true);
      rest.run();
      servers.change();
      isUndone = false;
      var pause = Duration.ofNanos(System.nanoTime() - begun);
      progress.done("changed over", "", "%d ms".formatted(pause.toMillis()));
      return Optional.of(pause);
    } catch (Standstill.Busy e) {
      progress.at("waiting", "for writers", "");
      return Optional.empty();
    } catch (Switch.Unsure e) {
      isUndone = false;
      throw new StartFailure(
          "Stabbur does not say whether it has changed over; the old database takes no writes, so none is lost. Run the command again once Stabbur answers.",
          e);
    } finally {
      if (isUndone) {
        undo(servers);
      }
    }
  }

  /// Has writes go on in the old place. The connection of the standstill may be lost, and with it
  /// the answer whether it became a fence.
  private void undo(Switch servers) {
    try (var link = DatabaseLink.open("The source", from)) {
      lift(link);
    } catch (StartFailure e) {
      progress.done("writes are refused", "", "run the command again: " + e.getMessage());
    } finally {
      servers.release();
    }
  }

  private void lift(DatabaseLink link) {
    if (!new Fence(link).lift()) {
      progress.done(
          "writes go on",
          "",
          "triggers of the move that refuse nothing remain while somebody reads their tables");
    }
  }

  private static String definitions(DatabaseLink link) {
    return Inventory.of(link, Scope.WHOLE).definitions(link);
  }

  private void requireSameDefinitions() {
    var before = journal.step(DEFINITIONS);
    if (before.isPresent() && !before.get().equals(definitions(source))) {
      throw new StartFailure(
          "Tables, functions, policies, rights, roles or settings of the source were changed since the move began, and the project stays where it is; begin again with an empty target.");
    }
  }

  /// Makes both sides the same.
  ///
  /// @return whether a table came again
  private boolean settle(
      @Nullable Replay replay, Move move, List<MovedTable> tables, boolean comparesAll) {
    requireSameDefinitions();
    var anew = titles(tables);
    Set<String> equal = Set.of();
    if (replay != null) {
      replay.until(feed.now());
      anew.removeAll(titles(keyed(tables)));
      equal = comparesAll ? titles(tables) : replay.touched();
    }
    return move.settle(anew, equal);
  }

  /// Until what is missing is done within a moment.
  private void catchUp(Replay replay) {
    for (int round = 0; round < ROUNDS; round++) {
      long begun = System.nanoTime();
      replay.until(feed.now());
      progress.at("following", "", replay.transactions() + " transactions");
      if (System.nanoTime() - begun < NEAR.toNanos()) {
        return;
      }
    }
    throw new StartFailure(
        "The source is written to faster than the target takes it; move it at a quieter time.");
  }

  /// Keys, tokens and jobs count with the project's id, which is the same there.
  private void takeIdentity() {
    target.update(
        Statement.of(
            "update stabbur.project_identity set id = ?::text::uuid, bound_to = null, place = null",
            source.value(Statement.of("select id::text from stabbur.project_identity"))));
    // what has no id sleeps in the source
    target.execute(KEEP_ASLEEP);
  }

  /// From here on the target keeps its changes, and the source is the copy.
  private void keepWayBack(Feed back, boolean staysOpen) {
    var other = new Journal(source);
    other.drop();
    other.make(Move.identity(target));
    other.note(DEFINITIONS, definitions(target));
    other.note(Move.COMPARED, "");
    other.note(Move.ATTACHED, "");
    if (staysOpen) {
      other.note(SLOT_THERE, back.slot());
      // the slot is older: what was done in the target until now came from here
      other.note(Replay.APPLIED, Replay.everythingBefore(back.now()));
    }
  }

  private Move whole(Optional<String> snapshot) {
    return Move.whole(from, to, programs, progress, snapshot);
  }

  private List<MovedTable> tables() {
    return Move.tables(Inventory.of(source, Scope.WHOLE), Inventory.of(target, Scope.WHOLE));
  }

  /// Those whose changes the stream tells.
  private static List<MovedTable> keyed(List<MovedTable> tables) {
    return tables.stream().filter(table -> !table.key().isEmpty()).toList();
  }

  private static Set<String> titles(List<MovedTable> tables) {
    return tables.stream().map(MovedTable::title).collect(Collectors.toCollection(HashSet::new));
  }

  private static void rest(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted; run the command again to go on.", e);
    }
  }

  @Override
  public void close() {
    try (source) {
      target.close();
    }
  }
}
