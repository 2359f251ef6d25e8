package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Temporary roles with which a tool logs in to a project's database. The password of one is
/// refused after its end; its sessions that are open then may go on for an hour, and then it is
/// dropped.
///
/// Who may log in is kept here and not in the database, whose owner can make roles of such names
/// and change when they end; a restart ends them all.
///
/// A role may only be made a member of the owner by a superuser: on the embedded server that is at
/// hand, elsewhere the owner tries.
public record LoginRoles(Project project) {
  /// What the names of such roles begin with.
  private static final String PREFIX = "cli_login_";

  private static final PerProject<Map<String, Instant>> MADE =
      new PerProject<>(_ -> new ConcurrentHashMap<>());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NAME_BYTES = 10;
  private static final int PASSWORD_BYTES = 24;
  private static final Statement EXIST =
      Statement.of("select exists (select from pg_roles where rolname like 'cli\\_login\\_%')");

  /// A role that was just made.
  public record Made(String name, Secret password, Instant end) {}

  /// What a role may do.
  public enum Rights {
    /// What the project's owner may, as whom it acts.
    OWNER("postgres"),
    READ_ONLY("supabase_read_only_user");

    private final String role;

    Rights(String role) {
      this.role = role;
    }
  }

  /// Makes a role, and drops those whose time is over.
  public Made create(Rights rights, Duration life) {
    var name = PREFIX + HexFormat.of().formatHex(Crypto.random(NAME_BYTES));
    var password = Secret.of(Crypto.randomText(PASSWORD_BYTES));
    var end = Instant.now().plus(life);
    try (var database = Database.open(login())) {
      drop(database);
      // settings carry what is secret, so that no text of a statement has it
      var actor =
          actor(database)
              .with("stabbur.role", name)
              .with("stabbur.password", password.reveal())
              .with("stabbur.end", end.toString())
              .with("stabbur.member_of", rights.role);
      database.transaction(actor, Access.WRITE, tx -> run(tx, "login-role/create"));
    }
    MADE.of(project).put(name, end);
    return new Made(name, password, end);
  }

  /// Whether this process made the role and its time is not over.
  public boolean admits(String role) {
    var end = MADE.of(project).get(role);
    return end != null && Instant.now().isBefore(end);
  }

  /// Drops the roles whose time is over; asks for no superuser where there is nothing to do.
  public void dropExpired() {
    MADE.of(project).values().removeIf(end -> Instant.now().isAfter(end));
    if (exist()) {
      try (var database = Database.open(login())) {
        drop(database);
      }
    }
  }

  private boolean exist() {
    return project
        .admin()
        .exchange(
            Actor.of(project.admin().login().user()),
            Access.READ,
            EXIST,
            rows -> rows.next() && rows.getBoolean(1));
  }

  /// Drops all of them, and ends their sessions.
  public void dropAll() {
    MADE.of(project).clear();
    if (!exist()) {
      return;
    }
    try (var database = Database.open(login())) {
      database.transaction(
          actor(database).with("stabbur.which", "all"),
          Access.WRITE,
          tx -> run(tx, "login-role/drop"));
    }
  }

  private static void drop(Database database) {
    database.transaction(
        actor(database).with("stabbur.which", "expired"),
        Access.WRITE,
        tx -> run(tx, "login-role/drop"));
  }

  private static boolean run(Transaction tx, String file) {
    tx.update(Statement.of(SqlFile.of(LoginRoles.class, file)));
    return true;
  }

  private static Actor actor(Database database) {
    return Actor.of(database.login().user());
  }

  private Login login() {
    var owner = project.admin().login();
    return project.settings().isEmbedded()
        ? new Login(
                owner.url(),
                EmbeddedPostgres.SUPERUSER,
                project.keys().superuserPassword(),
                1,
                PATIENCE)
            .inCatalogOnly()
        : new Login(owner.url(), owner.user(), owner.password(), 1, PATIENCE);
  }
}
