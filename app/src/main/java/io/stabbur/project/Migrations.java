package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.MigrationStep.MigrationFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The user's migrations, `supabase/migrations/<digits>_<name>.sql`, run by Flyway as the project's
/// owner. What has run is what `supabase_migrations.schema_migrations` says, the table of the
/// Supabase CLI: what the CLI pushed is not run again here, what ran here is applied to the CLI.
///
/// All pending files run in one transaction, so a mistake in any of them leaves the database as it
/// was.
public final class Migrations {
  private static final Statement RECORDED =
      Statement.of(
          """
          select version, coalesce(name, ''), array_to_string(statements, E';\\n')
          from supabase_migrations.schema_migrations where version ~ '^[0-9]+$'""");

  /// Not inside a transaction: `create index concurrently`, for example.
  static final String NOT_IN_TRANSACTION = "25001";

  /// What needs a commit before it, such as the use of a new enum value: then the files before the
  /// one that asks for it are committed first.
  private static final Set<String> NEEDS_COMMIT_BEFORE =
      Set.of("55P04", "55006", NOT_IN_TRANSACTION);

  /// How many mistakes besides the first one a refused run tells.
  private static final int MOST_TOLD = 9;

  /// So that a trial does not keep tables locked for long.
  private static final Duration LONGEST_TRIED = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  private final Database owner;
  private final Path folder;
  private final LockPatience patience;

  /// The migrations of a folder against the database that `owner` logs in to.
  public Migrations(Database owner, Path folder) {
    this(owner, folder, LockPatience.USUAL);
  }

  Migrations(Database owner, Path folder, LockPatience patience) {
    this.owner = owner;
    this.folder = folder;
    this.patience = patience;
  }

  /// What to do with a file whose version is older than one that has run.
  public enum Older {
    REFUSE,
    INCLUDE
  }

  /// Where a version is known.
  public enum State {
    APPLIED,
    PENDING,
    /// applied with another text than the file has now
    CHANGED,
    /// applied, by the CLI for example, and without a file here
    DATABASE_ONLY
  }

  /// Whether the statements of a file share a transaction.
  enum Together {
    IN_A_TRANSACTION,
    NOT
  }

  /// What the history says of a version.
  ///
  /// @param text the statements that ran; unknown where an old CLI recorded none
  private record Recorded(String name, @Nullable String text) {
    boolean differsFrom(MigrationFile file) {
      return text != null
          && !text.isEmpty()
          && !SqlScript.gist(text).equals(SqlScript.gist(file.text()));
    }
  }

  /// A version, its name and where it is known.
  public record Line(String version, String name, State state) {}

  /// Every version of the folder and of the database, in order.
  public List<Line> status() {
    var recorded = recorded();
    var lines = new TreeMap<String, Line>();
    recorded.forEach(
        (version, of) -> lines.put(version, new Line(version, of.name(), State.DATABASE_ONLY)));
    for (var file : MigrationFile.in(folder)) {
      lines.put(
          file.version(),
          new Line(file.version(), file.name(), state(file, recorded.get(file.version()))));
    }
    return List.copyOf(lines.values());
  }

  private static State state(MigrationFile file, @Nullable Recorded recorded) {
    if (recorded == null) {
      return State.PENDING;
    }
    return recorded.differsFrom(file) ? State.CHANGED : State.APPLIED;
  }

  /// The files that have not run, in the order they would.
  public List<MigrationFile> pending(Older older) {
    var recorded = recorded();
    var files = MigrationFile.in(folder);
    refuseChanged(changed(files, recorded));
    var pending = files.stream().filter(file -> !recorded.containsKey(file.version())).toList();
    if (older == Older.REFUSE && !recorded.isEmpty()) {
      var newest = recorded.lastKey();
      pending.stream()
          .filter(file -> file.version().compareTo(newest) < 0)
          .findFirst()
          .ifPresent(file -> refuseOlder(file, newest));
    }
    return pending;
  }

  /// Takes the text of files that were edited after they had run for what ran, as the CLI does when
  /// it repairs a version, and says which files that were.
  public List<MigrationFile> acceptChanged() {
    var changed = changed(MigrationFile.in(folder), recorded());
    owner.transaction(
        Actor.of(owner.login().user()),
        Access.WRITE,
        tx -> {
          changed.forEach(
              file ->
                  tx.update(
                      Statement.of(
                          "update supabase_migrations.schema_migrations set statements = ? where version = ?",
                          SqlScript.statements(file.text()).stream()
                              .map(SqlScript.Piece::sql)
                              .toArray(String[]::new),
                          file.version())));
          return changed;
        });
    return changed;
  }

  private static List<MigrationFile> changed(
      List<MigrationFile> files, Map<String, Recorded> recorded) {
    return files.stream()
        .filter(file -> state(file, recorded.get(file.version())) == State.CHANGED)
        .toList();
  }

  /// Runs what is pending and says which files that were; refused with the first mistake. For
  /// starts: they may be repeated again and again, so they try nothing that nobody asked for.
  public List<MigrationFile> apply(Older older) {
    return apply(older, (_, _) -> "");
  }

  /// The same for a person who asks for it: refused with the first mistake and with those that a
  /// trial of all that is pending finds besides.
  public List<MigrationFile> applyOrTellAll(Older older) {
    return apply(older, this::others);
  }

  private List<MigrationFile> apply(
      Older older, BiFunction<List<MigrationFile>, MigrationFailure, String> others) {
    var pending = pending(older);
    int done = 0;
    while (done < pending.size()) {
      var rest = pending.subList(done, pending.size());
      try {
        done += applyPatiently(rest);
      } catch (MigrationFailure e) {
        throw new StartFailure(
            "%s; %s.%s"
                .formatted(
                    e.getMessage(),
                    done == 0 && e.leavesNothing()
                        ? "nothing of it was applied"
                        : "what is before it was applied",
                    isHeldUp(e) ? heldUp() : e.leavesNothing() ? others.apply(rest, e) : ""),
            e);
      }
    }
    return pending;
  }

  private static boolean isHeldUp(MigrationFailure e) {
    return e.leavesNothing() && e.sqlState().equals(LockPatience.NOT_AVAILABLE);
  }

  private String heldUp() {
    return " It was tried %d times and waited %d ms for a lock each time; run it when that transaction has ended, or end it with `select pg_terminate_backend(…)`."
        .formatted(patience.tries(), patience.longest().toMillis());
  }

  /// Tries again where a lock was not to be had in time.
  private int applyPatiently(List<MigrationFile> files) {
    for (int done = 1; true; done++) {
      try {
        return applyTogether(files);
      } catch (MigrationFailure e) {
        if (!isHeldUp(e) || done >= patience.tries()) {
          throw e;
        }
        LOG.warn(
            "{}; rolled back, it is tried again ({} of {})",
            e.getMessage(),
            done,
            patience.tries());
        try {
          patience.rest(done);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  /// What would come of the files that are pending: each statement is tried on the database as it
  /// is, rows included, in a transaction that is rolled back. It holds the locks that the files
  /// take until its end, and waits a few seconds at most for those of others. What a rollback does
  /// not take back is not tried, but for numbers that statements take from sequences: they are
  /// skipped later.
  public MigrationTrial plan(Older older) {
    return trial(pending(older));
  }

  private MigrationTrial trial(List<MigrationFile> files) {
    return MigrationTrial.of(owner, files, NEEDS_COMMIT_BEFORE, LONGEST_TRIED);
  }

  /// The mistakes besides the first one.
  private String others(List<MigrationFile> files, MigrationFailure first) {
    var others = trial(files).mistakes();
    var rest = others.stream().filter(text -> !text.equals(first.getMessage())).toList();
    return rest.isEmpty()
        ? ""
        : " These would fail too: %s."
            .formatted(String.join("; ", rest.subList(0, Math.min(MOST_TOLD, rest.size()))));
  }

  /// Runs files in one transaction, or as many of them as can share one, and says how many ran.
  private int applyTogether(List<MigrationFile> files) {
    try {
      migrate(files, Together.IN_A_TRANSACTION);
      return files.size();
    } catch (MigrationFailure e) {
      int before = files.indexOf(e.file());
      if (before > 0 && NEEDS_COMMIT_BEFORE.contains(e.sqlState())) {
        return applyTogether(files.subList(0, before));
      }
      if (before == 0 && e.sqlState().equals(NOT_IN_TRANSACTION)) {
        migrate(files.subList(0, 1), Together.NOT);
        return 1;
      }
      throw e;
    }
  }

  private void migrate(List<MigrationFile> files, Together together) {
    forget(files);
    var login = owner.login();
    var flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(login.url(), login.user(), login.password().reveal())
            .locations(new String[0])
            .javaMigrations(
                files.stream()
                    .map(file -> new MigrationStep(file, together, owner, patience.longest()))
                    .toArray(JavaMigration[]::new))
            .defaultSchema("stabbur")
            .createSchemas(false)
            .table("flyway_history")
            .group(true)
            .outOfOrder(true)
            .validateOnMigrate(false)
            .cleanDisabled(true);
    // a lock held by an open transaction would make `create index concurrently` wait for it for
    // good
    flyway
        .getPluginRegister()
        .getPlugin(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(together == Together.IN_A_TRANSACTION);
    try {
      flyway.load().migrate();
    } catch (FlywayException e) {
      for (Throwable at = e; at != null; at = at.getCause()) {
        if (at instanceof MigrationFailure failure) {
          throw failure;
        }
      }
      throw new StartFailure("The migrations cannot be run: " + e.getMessage(), e);
    }
  }

  /// A version that the CLI marked as reverted is pending again, whatever Flyway remembers of it;
  /// so is one that failed outside a transaction, whatever its file is called now.
  private void forget(List<MigrationFile> files) {
    var versions = files.stream().map(MigrationFile::version).toArray(String[]::new);
    owner.transaction(
        Actor.of(owner.login().user()),
        Access.WRITE,
        tx ->
            tx.update(
                Statement.of(
                    "delete from stabbur.flyway_history where version = any(?) or not success",
                    (Object) versions)));
  }

  private SortedMap<String, Recorded> recorded() {
    var recorded = new TreeMap<String, Recorded>();
    try {
      owner
          .<List<Map.Entry<String, Recorded>>>transaction(
              Actor.of(owner.login().user()),
              Access.READ,
              tx ->
                  new ArrayList<>(
                      tx.list(
                          RECORDED,
                          row ->
                              Map.entry(
                                  row.getString(1),
                                  new Recorded(row.getString(2), row.getString(3))))))
          .forEach(entry -> recorded.put(entry.getKey(), entry.getValue()));
    } catch (ApiException e) {
      throw new StartFailure(
          "The history of migrations cannot be read: %s."
              .formatted(e.error() instanceof Failure.Database said ? said.message() : e.error()),
          e);
    }
    return recorded;
  }

  /// What ran is not what the file says, so the schema is not what those think who read the files:
  /// the files of a newer version of the program, perhaps.
  private static void refuseChanged(List<MigrationFile> changed) {
    if (!changed.isEmpty()) {
      throw new StartFailure(
          "Migration %s%s was edited after it ran on this database; put its former text back and write what is new into a new file, or run `stabbur migrate --accept-changed` if the database is as the file says. Where the file came with a newer Stabbur, go back to the version before, or move the rows to a new data folder."
              .formatted(
                  changed.getFirst().fileName(),
                  changed.size() == 1
                      ? ""
                      : " (like %d more, see `stabbur migrate status`)"
                          .formatted(changed.size() - 1)));
    }
  }

  private static void refuseOlder(MigrationFile file, String newest) {
    throw new StartFailure(
        "Migration %s is older than %s, which has run; give it a newer version, or run it with `stabbur migrate --include-all`."
            .formatted(file.fileName(), newest));
  }
}
