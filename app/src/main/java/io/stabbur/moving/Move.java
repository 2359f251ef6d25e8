package io.stabbur.moving;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.SqlScript.Piece;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A project on its way from one database to another. Everything is read from one snapshot of the
/// source. What is done is noted in the target in the same transaction, so a move that was
/// interrupted goes on where it was, and one that is finished does nothing.
///
/// The order: definitions, rows, sequences, constraints and policies, jobs, a comparison of all
/// rows; then files, without a transaction on the source; then what the user fastened to tables of
/// the platform, which must not fire before.
public final class Move implements AutoCloseable {
  static final String SCHEMA = "schema";
  static final String ATTACHED = "attached";
  static final String COMPARED = "compared";
  private static final String CONSTRAINTS = "constraints";
  private static final String JOBS = "jobs";

  private static final String TABLES =
      """
      select format('%s: %s rows, checksum %s', name, row_count, checksum) from stabbur_moving.tables
      where row_count > 0 order by name
      """;

  private static final String BUCKETS =
      """
      select format('bucket %s: %s of %s files, %s bytes, checksum %s', bucket_id, count(verified_at), count(*),
        coalesce(sum(size), 0), md5(string_agg(sha256, '' order by name)))
      from stabbur_moving.files group by bucket_id order by bucket_id
      """;

  private static final String SNAPSHOT = "begin isolation level repeatable read read only";

  private static final String UNPROVEN = SqlFile.of(Move.class, "unproven");

  private final Login login;
  private final DatabaseLink source;
  private final DatabaseLink target;
  private final ClientPrograms programs;
  private final Optional<FileMove> files;
  private final Progress progress;
  private final Journal journal;
  private final String identity;
  private final String snapshot;
  private final Inventory from;
  private final Inventory to;
  private final boolean isQuiet;
  private @Nullable Plan plan;

  private Move(
      Login login,
      DatabaseLink source,
      DatabaseLink target,
      ClientPrograms programs,
      Optional<FileMove> files,
      Progress progress,
      Scope scope,
      Optional<String> snapshot) {
    this.login = login;
    this.source = source;
    this.target = target;
    this.programs = programs;
    this.files = files;
    this.progress = progress;
    this.journal = new Journal(target);
    this.identity = identity(source);
    source.execute(SNAPSHOT);
    snapshot.ifPresent(
        given ->
            source.execute(
                new SqlText().add("set transaction snapshot ").literal(given).statement().sql()));
    this.snapshot =
        snapshot.orElseGet(
            () -> String.valueOf(source.value(Statement.of("select pg_export_snapshot()"))));
    this.from = Inventory.of(source, scope);
    this.to = Inventory.of(target, scope);
    this.isQuiet = mayBeQuiet();
  }

  /// Connects to both sides and looks at them.
  ///
  /// @param files how files move; empty where their place is not known
  public static Move open(
      Login source,
      Login target,
      ClientPrograms programs,
      Optional<FileMove> files,
      Progress progress) {
    return open(source, target, programs, files, progress, Scope.SHARED, Optional.empty());
  }

  /// The same with all that belongs to the project and to no other.
  ///
  /// @param snapshot of the source, exported by another session; a new one where there is none
  static Move whole(
      Login source,
      Login target,
      ClientPrograms programs,
      Progress progress,
      Optional<String> snapshot) {
    return open(source, target, programs, Optional.empty(), progress, Scope.WHOLE, snapshot);
  }

  private static Move open(
      Login source,
      Login target,
      ClientPrograms programs,
      Optional<FileMove> files,
      Progress progress,
      Scope scope,
      Optional<String> snapshot) {
    var from = DatabaseLink.open("The source", source);
    @Nullable DatabaseLink to = null;
    try {
      to = DatabaseLink.open("The target", target);
      return new Move(source, from, to, programs, files, progress, scope, snapshot);
    } catch (RuntimeException e) {
      if (to != null) {
        to.close();
      }
      from.close();
      throw e;
    }
  }

  /// What there is to do.
  public Plan plan() {
    if (plan == null) {
      plan =
          new Planner(source, target, from, to, files.isPresent()).plan(identity, whyNoProgram());
    }
    return plan;
  }

  private Optional<String> whyNoProgram() {
    try {
      var _ = program();
      var _ = ClientPrograms.address(login.url());
      return Optional.empty();
    } catch (StartFailure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private Path program() {
    return programs.suiting("pg_dump", from.version(), false).program();
  }

  /// Whether all of it was moved before. Files for which no place is given do not count.
  public boolean isFinished() {
    return journal.isDone(COMPARED)
        && !new BucketLimits(target).areLifted()
        && journal.isDone(ATTACHED)
        && (files.isEmpty() || FileMove.pending(target) == 0);
  }

  /// What came over, table by table and bucket by bucket, with the sums that are equal on both
  /// sides.
  public List<String> summary() {
    var lines = new ArrayList<>(target.texts(Statement.of(TABLES)));
    lines.addAll(target.texts(Statement.of(BUCKETS)));
    return lines;
  }

  /// Does what is not done yet, and compares both sides.
  ///
  /// @return what could not be moved, such as files that are lost; empty where all is there
  public List<String> run() {
    var conflicts = plan().conflicts();
    if (!conflicts.isEmpty()) {
      throw new StartFailure(conflicts.getFirst());
    }
    requireAlone();
    if (!journal.isDone(COMPARED)) {
      moveDatabase();
    }
    source.rollback();
    new BucketLimits(target).restore();
    var lost = files.map(move -> move.run(source, target, isQuiet, progress)).orElse(List.of());
    if (!journal.isDone(ATTACHED)) {
      step(ATTACHED, "", () -> new SchemaCopy(source, target, from, to).attach());
    }
    return lost;
  }

  private void requireAlone() {
    if (!target.isTrue("select pg_try_advisory_lock(7230210517)")) {
      throw new StartFailure("Another move into this database is under way; wait for its end.");
    }
  }

  /// The tables whose rows move.
  List<MovedTable> tables() {
    return tables(from, to);
  }

  static List<MovedTable> tables(Inventory from, Inventory to) {
    var tables = new ArrayList<>(from.tables());
    for (var table : from.platformInOrder()) {
      var counterpart = to.platform().get(table.title());
      if (counterpart != null) {
        tables.add(table.shared(counterpart));
      }
    }
    return tables;
  }

  /// Brings the large objects that have changed since, while others write.
  void bringLargeObjects() {
    source.rollback();
    source.execute(SNAPSHOT);
    target.atomically(() -> new LargeObjects(source, target).copy());
    source.rollback();
  }

  /// Brings what has changed since the rows came over and what the stream of changes does not tell,
  /// and compares, while nobody writes into either side.
  ///
  /// @param anew the tables that come again where they differ
  /// @param equal the tables that must be the same on both sides
  /// @return whether a table came again
  boolean settle(Set<String> anew, Set<String> equal) {
    source.rollback();
    source.execute(SNAPSHOT);
    boolean cameAgain = false;
    for (var table : tables()) {
      if (anew.contains(table.title())) {
        cameAgain |= isReplaced(table);
      }
      if (anew.contains(table.title()) || equal.contains(table.title())) {
        requireEqual(table, RowCount.of(source, table));
      }
    }
    var sequences = new SequenceCopy(source, target, from);
    var values = sequences.read();
    target.atomically(
        () -> {
          sequences.set(values);
          new LargeObjects(source, target).copy();
        });
    var differences = sequences.differences(values);
    differences.addAll(new SchemaCopy(source, target, from, to).differences());
    requireNone(differences);
    source.rollback();
    return cameAgain;
  }

  /// Brings what belongs to no row and was changed between the comparison and the moment from which
  /// nobody writes any more.
  void bringTheRest() {
    var sequences = new SequenceCopy(source, target, from);
    source.execute(SNAPSHOT);
    target.atomically(
        () -> {
          sequences.set(sequences.read());
          new LargeObjects(source, target).copy();
        });
    source.rollback();
  }

  /// The statements that compute materialized views anew: their content came over with an older
  /// snapshot, and the stream of changes does not tell it.
  List<String> refreshes() {
    return source.texts(from.ofSchemas("materialized-views"));
  }

  /// Computes materialized views of the target anew.
  ///
  /// @param limit how long all of them may take
  /// @return the statements that were refused or took too long
  List<String> refreshViews(List<String> refreshes, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    var left = new ArrayList<String>();
    for (var refresh : refreshes) {
      progress.at("views", refresh, "");
      long rest = Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
      try {
        target.atomically(
            () -> {
              target.update(
                  Statement.of(
                      "select set_config('statement_timeout', ?, true)", Long.toString(rest)));
              target.execute(refresh);
            });
      } catch (StartFailure e) {
        progress.done("not done", refresh, String.valueOf(e.getMessage()));
        left.add(refresh);
      }
    }
    return left;
  }

  private boolean isReplaced(MovedTable table) {
    if (table.copied().isEmpty() || RowCount.of(source, table).equals(RowCount.of(target, table))) {
      return false;
    }
    progress.at("rows", table.title(), "");
    target.atomically(
        () -> {
          silenceTriggers();
          new RowCopy(source, target, progress).replace(table);
        });
    return true;
  }

  private void moveDatabase() {
    var copy = new SchemaCopy(source, target, from, to);
    var dump = new SchemaDump(program(), login, snapshot, from.schemas());
    moveSchema(copy, dump);
    var tables = tables();
    tables.forEach(this::moveRows);
    // again, now that the identities are there
    target.atomically(this::noteUnproven);
    var sequences = new SequenceCopy(source, target, from);
    var values = sequences.read();
    target.atomically(() -> sequences.set(values));
    if (!journal.isDone(CONSTRAINTS)) {
      var statements = dump.statements(SchemaDump.Section.AFTER_ROWS);
      step(CONSTRAINTS, "", () -> copy.afterRows(statements));
    }
    if (!journal.isDone(JOBS)) {
      step(JOBS, "", this::copyJobs);
    }
    if (from.scope() == Scope.WHOLE) {
      target.atomically(
          () -> {
            new LargeObjects(source, target).copy();
            copy.settings();
          });
    }
    var differences = sequences.differences(values);
    differences.addAll(copy.differences());
    compare(tables, differences);
    target.execute("notify pgrst, 'reload schema'");
  }

  /// Those of Stabbur are rows of a table that moves as a whole.
  private void copyJobs() {
    if (!from.platform().containsKey("cron.job")) {
      new JobCopy(source, target).copy();
    }
  }

  private void moveSchema(SchemaCopy copy, SchemaDump dump) {
    var statements = dump.statements(SchemaDump.Section.BEFORE_ROWS);
    var digest =
        Crypto.sha256Hex(statements.stream().map(Piece::sql).collect(Collectors.joining(";")));
    var done = journal.step(SCHEMA);
    if (done.isEmpty()) {
      progress.at(SCHEMA, from.schemas().toString(), "");
      target.atomically(
          () -> {
            copy.beforeRows(statements);
            journal.make(identity);
            journal.note(SCHEMA, digest);
          });
      progress.done(SCHEMA, from.schemas().toString(), "");
    } else if (!done.get().equals(digest)) {
      throw new StartFailure(
          "The source's tables or functions were changed since the move began; begin again with an empty target.");
    }
  }

  /// A table that came over from an earlier snapshot comes anew if it has changed since.
  private void moveRows(MovedTable table) {
    if (table.copied().isEmpty()) {
      return;
    }
    var earlier = journal.table(table);
    if (earlier.isPresent() && earlier.get().equals(RowCount.of(source, table))) {
      return;
    }
    progress.at("rows", table.title(), "");
    var copy = new RowCopy(source, target, progress);
    target.atomically(
        () -> {
          silenceTriggers();
          if (earlier.isPresent() || mayHaveRows(table)) {
            copy.replace(table);
          } else {
            copy.copy(table);
          }
          journal.note(table, RowCount.of(source, table));
          if (table.title().equals("auth.users")) {
            noteUnproven();
          }
        });
    progress.done(
        "rows", table.title(), journal.table(table).map(RowCount::rows).orElse(0L) + " rows");
  }

  /// What Stabbur keeps of its own has rows in a new project, too.
  private boolean mayHaveRows(MovedTable table) {
    return from.scope() == Scope.WHOLE && from.platform().containsKey(table.title());
  }

  /// Triggers of the platform take what arrives for something new, and foreign keys would ask for
  /// rows that come later.
  private void silenceTriggers() {
    if (isQuiet) {
      target.execute("set local session_replication_role = replica");
    }
  }

  private boolean mayBeQuiet() {
    try {
      target.execute("set session_replication_role = replica");
      target.execute("reset session_replication_role");
      return true;
    } catch (StartFailure e) {
      return false;
    }
  }

  /// A source that does not know who is proven knows who is confirmed. An address was confirmed by
  /// its person only if a mail or a message was sent there, or if a provider vouches for it.
  private void noteUnproven() {
    if (to.platform().containsKey(Inventory.UNPROVEN)
        && !from.platform().containsKey(Inventory.UNPROVEN)) {
      target.execute(UNPROVEN);
    }
  }

  private void compare(List<MovedTable> tables, List<String> differences) {
    for (var table : tables) {
      if (table.copied().isEmpty()) {
        continue;
      }
      progress.at("compare", table.title(), "");
      requireEqual(table, journal.table(table).orElseThrow());
    }
    requireNone(differences);
    step(
        COMPARED,
        tables.size() + " tables",
        () -> {
          if (from.scope() == Scope.SHARED) {
            FileMove.prepare(target);
          }
        });
  }

  private void requireEqual(MovedTable table, RowCount there) {
    if (table.copied().isEmpty()) {
      return;
    }
    var here = RowCount.of(target, table);
    if (!here.equals(there)) {
      throw new StartFailure(
          "%s differs: %d rows in the source, %d in the target; is something else writing into the target?"
              .formatted(table.title(), there.rows(), here.rows()));
    }
  }

  private static void requireNone(List<String> differences) {
    if (!differences.isEmpty()) {
      throw new StartFailure(
          "The definitions differ: %s%s."
              .formatted(
                  differences.getFirst(),
                  differences.size() == 1 ? "" : " and %d more".formatted(differences.size() - 1)));
    }
  }

  private void step(String name, String detail, Runnable work) {
    progress.at(name, "", "");
    target.atomically(
        () -> {
          work.run();
          journal.note(name, detail);
        });
    progress.done(name, "", detail);
  }

  /// The same for every connection to one database, and different for every other database.
  static String identity(DatabaseLink link) {
    return String.valueOf(
        link.value(
            Statement.of(
                "select (select system_identifier from pg_control_system()) || '/' || current_database()")));
  }

  @Override
  public void close() {
    try (source) {
      target.close();
    }
  }
}
