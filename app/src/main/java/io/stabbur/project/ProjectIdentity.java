package io.stabbur.project;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a project's database from a copy of it. The id in `stabbur.project_identity` is given to a
/// place (cluster and database) and to the project's root key; API keys, tokens of programs, access
/// tokens, jobs by the clock and queued HTTP calls count with that id only. A database that a dump
/// was restored into gets another id at its start, so what came with the dump sleeps until an
/// operator confirms it: the source's keys open nothing, and nothing runs twice.
public final class ProjectIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectIdentity.class);
  private static final Actor OWNER = Actor.of("postgres");
  private static final Statement MAY_ASK_CLUSTER =
      Statement.of("select has_function_privilege('pg_catalog.pg_control_system()', 'execute')");
  private static final Statement CLUSTER =
      Statement.of("select system_identifier::text from pg_catalog.pg_control_system()");
  private static final Statement DATABASE =
      Statement.of(
          "select oid::text from pg_catalog.pg_database where datname = current_database()");

  /// Where the database has `pg_cron` or `pg_net` itself, their rows are theirs.
  private static final Statement HAS_JOBS =
      Statement.of("select to_regclass('stabbur.cron_runs') is not null");

  /// Where a copy has noted which jobs of an installed `pg_cron` were active.
  private static final Statement HAS_NOTED_JOBS =
      Statement.of("select to_regclass('stabbur.cron_asleep') is not null");

  private static final Statement HAS_CALLS =
      Statement.of("select to_regprocedure('stabbur.own_http_request()') is not null");
  private static final Statement GIVEN =
      Statement.of("select id, bound_to from stabbur.project_identity for update");

  private static final Statement IS_REPLACED = Statement.of("select stabbur.identity() is null");

  private ProjectIdentity() {}

  private record Given(UUID id, Optional<String> boundTo) {}

  /// What sleeps.
  ///
  /// @param credentials API keys and tokens
  /// @param work jobs by the clock and queued HTTP calls
  public record Asleep(long credentials, long work) {
    public boolean isEmpty() {
      return credentials + work == 0;
    }
  }

  /// What is to be woken.
  public enum Part {
    CREDENTIALS,
    WORK
  }

  /// Does the same for a database that was replaced by a copy while it is served.
  static void confirmIfReplaced(Project project) {
    boolean isReplaced =
        project.admin().transaction(OWNER, Access.READ, tx -> isTrue(tx, IS_REPLACED));
    if (isReplaced) {
      confirm(project);
    }
  }

  /// Keeps the id where the database is the one that it was given to, and gives it another one
  /// where it is a copy.
  static void confirm(Project project) {
    var root = RootKeys.of(project).now().all("project identity").firstEntry().getValue();
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> {
              var place = place(tx) + "/" + HexFormat.of().formatHex(root);
              confirm(project, tx, Crypto.sha256Hex(place));
              return true;
            });
  }

  private static void confirm(Project project, Transaction tx, String place) {
    var given =
        tx.first(
                GIVEN,
                row ->
                    new Given(
                        row.getObject("id", UUID.class),
                        Optional.ofNullable(row.getString("bound_to"))))
            .orElseThrow(
                () -> new StartFailure("The table stabbur.project_identity is empty; restart."));
    if (given.boundTo().isEmpty()) {
      bind(tx, given.id(), place);
      if (isOwn(project, tx)) {
        tx.update(Statement.of(SqlFile.of(ProjectIdentity.class, "adopt")));
      }
    } else if (given.boundTo().get().equals(place)) {
      // from before the place stood beside it
      bind(tx, given.id(), place);
    } else {
      bind(tx, UUID.randomUUID(), place);
      LOG.warn(
          "The database of {} is a copy: API keys, tokens, jobs and calls that came with it sleep"
              + " until `stabbur keys confirm`.",
          project.name());
    }
  }

  private static void bind(Transaction tx, UUID id, String place) {
    tx.update(
        Statement.of(
            "update stabbur.project_identity set id = ?, bound_to = ?, place = stabbur.place()",
            id,
            place));
  }

  private static String place(Transaction tx) {
    var cluster =
        isTrue(tx, MAY_ASK_CLUSTER) ? tx.first(CLUSTER, row -> row.getString(1)).orElse("") : "";
    return cluster + "/" + tx.first(DATABASE, row -> row.getString(1)).orElse("");
  }

  /// Whether keys from before there were ids are this project's: the database is new, or knows one
  /// of the keys in the key file.
  private static boolean isOwn(Project project, Transaction tx) {
    var keys = project.keys();
    return tx.first(
            Statement.of(
                """
                select not exists (select from stabbur.api_keys)
                  or exists (select from stabbur.api_keys where hash in (?, ?))\
                """,
                Crypto.sha256Hex(keys.publishableKey().reveal()),
                Crypto.sha256Hex(keys.secretKey().reveal())),
            row -> row.getBoolean(1))
        .orElse(false);
  }

  public static Asleep asleep(Project project) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                new Asleep(
                    number(tx, "asleep-credentials"),
                    (isTrue(tx, HAS_JOBS) ? number(tx, "asleep-jobs") : 0)
                        + (isTrue(tx, HAS_NOTED_JOBS) ? number(tx, "asleep-noted-jobs") : 0)
                        + (isTrue(tx, HAS_CALLS) ? number(tx, "asleep-calls") : 0)));
  }

  /// Lets what sleeps count here; for an operator, who knows where the database came from.
  static void confirm(Transaction tx, Part part) {
    tx.update(
        Statement.of(
            switch (part) {
              case CREDENTIALS -> SqlFile.of(ProjectIdentity.class, "wake");
              case WORK -> SqlFile.of(ProjectIdentity.class, "wake-work");
            }));
  }

  private static boolean isTrue(Transaction tx, Statement question) {
    return tx.first(question, row -> row.getBoolean(1)).orElse(false);
  }

  private static long number(Transaction tx, String file) {
    return tx.first(Statement.of(SqlFile.of(ProjectIdentity.class, file)), row -> row.getLong(1))
        .orElse(0L);
  }
}
