package io.stabbur.project;

import static java.util.stream.Collectors.toMap;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.db.TransactionBody;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The internal schema, in numbered files under `base`: `supabase/` makes what every Supabase
/// project has (roles, `auth`, `storage`, `realtime`, grants) and needs a superuser; `stabbur/` is
/// our own and runs as the project's owner, on a hosted project too. What ran is recorded in
/// `stabbur.migrations`, apart from the user's migrations. All pending files run in one
/// transaction. Where others took parts of it away, all files run once more, statement by
/// statement, and what is still there stays as it is.
final class BaseSchema {
  private static final String ROLES = "supabase/0001_roles";

  static final List<String> SUPABASE =
      List.of(
          ROLES,
          "supabase/0002_schemas",
          "supabase/0003_auth",
          "supabase/0004_storage",
          "supabase/0005_realtime",
          "supabase/0006_reload",
          "supabase/0007_owner_settings",
          "supabase/0940_rights_watch");

  /// What a database can do without; see app/docs/projects.md.
  private static final String RIGHTS_WATCH = "supabase/0940_rights_watch";

  private static final Set<String> EVENT_TRIGGERS = Set.of("supabase/0006_reload", RIGHTS_WATCH);
  static final List<String> OWN =
      List.of(
          "stabbur/0001_user_migrations",
          "stabbur/0200_auth",
          "stabbur/0300_storage",
          "stabbur/0301_storage_resumable",
          "stabbur/0302_storage_rights",
          "stabbur/0303_storage_rules",
          "stabbur/0304_storage_jobs",
          "stabbur/0320_storage_encryption",
          "stabbur/0400_api_keys",
          "stabbur/0401_application_tokens",
          "stabbur/0402_saml_assertions",
          "stabbur/0450_personal_key_checks",
          "stabbur/0451_personal_key_processes",
          "stabbur/0460_code_networks",
          "stabbur/0461_credential_changes",
          "stabbur/0470_account_ownership",
          "stabbur/0480_account_changes",
          "stabbur/0500_realtime",
          "stabbur/0540_organization_schema",
          "stabbur/0541_personal_data",
          "stabbur/0542_audit",
          "stabbur/0543_encrypt_columns",
          "stabbur/0544_register_organizations",
          "stabbur/0545_sealed_by_organization",
          "stabbur/0560_functions",
          "stabbur/0580_backups",
          "stabbur/0581_backup_holds",
          "stabbur/0582_appliance_files",
          "stabbur/0590_signature_generations",
          "stabbur/0591_conditional_uploads",
          "stabbur/0600_net",
          "stabbur/0605_net_lasts",
          "stabbur/0610_cron",
          "stabbur/0640_alerts",
          "stabbur/0670_management",
          "stabbur/0720_accepted_findings",
          "stabbur/0760_vault",
          "stabbur/0780_plain_refusals",
          "stabbur/0820_oauth_server",
          "stabbur/0840_ask_each",
          "stabbur/0900_read_replicas",
          "stabbur/0901_shared_limits",
          "stabbur/0800_environment",
          "stabbur/0920_project_identity",
          "stabbur/0860_request_log",
          "stabbur/0921_never_compared",
          "stabbur/0950_project_place",
          "stabbur/0941_told_revocations",
          "stabbur/0961_key_use",
          "stabbur/0962_request_hours",
          "stabbur/0970_counted_requests",
          "stabbur/0980_ask_many",
          "stabbur/0985_keys_of_files",
          "stabbur/0990_counted_function_calls",
          "stabbur/0997_quick_lists",
          "stabbur/0998_folder_rights",
          "stabbur/0999_lists_both_ways",
          "stabbur/0999_removal_rights",
          "stabbur/0999_first_of_each_lane",
          "stabbur/0455_key_files");

  private static final Statement LOCK = Statement.of("select pg_advisory_xact_lock(7230210516)");
  private static final Statement ROLL_MESSAGES =
      Statement.of("select stabbur.roll_message_partitions()");
  private static final Statement BECOME_OWNER = Statement.of("set local role postgres");
  private static final Statement BECOME_SUPERUSER = Statement.of("reset role");
  private static final Statement GIVE_SCHEMAS =
      Statement.of(SqlFile.of(BaseSchema.class, "base/owners"));
  private static final Statement OWNER_CREATES =
      Statement.of("select has_database_privilege('postgres', current_database(), 'create')");
  private static final Statement LET_OWNER_CREATE =
      Statement.of(SqlFile.of(BaseSchema.class, "base/owner-creates"));
  private static final Statement HISTORY =
      Statement.of(SqlFile.of(BaseSchema.class, "base/history"));
  private static final Statement LOOK_IN_CATALOG =
      Statement.of("set local search_path = pg_catalog");
  private static final Statement LOOK_AS_OWNER =
      Statement.of("set local search_path = \"$user\", public, extensions");
  private static final Statement IS_NEW =
      Statement.of(
          "select not exists (select from pg_namespace where nspname in"
              + " ('stabbur', 'auth', 'storage', 'realtime', 'extensions', 'graphql_public'))");
  private static final Statement HAS_OWNER =
      Statement.of("select to_regrole('postgres') is not null");
  private static final Statement HAS_MESSAGES =
      Statement.of("select to_regproc('stabbur.roll_message_partitions') is not null");
  private static final Statement HAS_REMNANTS =
      Statement.of(
          "select exists (select from pg_namespace where nspname in"
              + " ('stabbur_auth', 'stabbur_storage', 'stabbur_organization'))");
  private static final Statement HAS_ACCOUNTS =
      Statement.of("select to_regnamespace('auth') is not null");

  /// The files of `supabase/` made the function, and where the schemas were made elsewhere it never
  /// was: what is kept outlives the record of the files.
  private static final Statement WAS_MADE_HERE =
      Statement.of(
          "select exists (select from stabbur.base_objects where identity like"
              + " 'function stabbur.roll_message_partitions(%')");

  private static final Pattern PUBLIC_DEFAULTS = Pattern.compile("(?i) in schema public\\b");

  /// What new tables of schema public grant is the operator's to change. All of it goes with the
  /// schema or with everything that its owner owns.
  private static final Statement HAS_DEFAULTS =
      Statement.of(
          "select exists (select from pg_default_acl where defaclnamespace ="
              + " to_regnamespace('public') and defaclrole = to_regrole('postgres'))");

  private static final Logger LOG = LoggerFactory.getLogger(BaseSchema.class);

  private BaseSchema() {}

  /// Brings a database we run ourselves to this program's version. The superuser does only what
  /// needs one, and touches nothing in which code of the owner could wait, such as a trigger: all
  /// else runs in sessions of the owner, which cannot become more than that.
  ///
  /// @param supreme of a superuser whose search path is the catalog alone
  /// @param isGenerated whether the owner's password is ([RolePassword])
  static void migrate(Database supreme, Login owner, boolean isGenerated) {
    try (var own = Database.open(owner)) {
      inTransaction(supreme, BaseSchema::begin);
      new RolePassword(owner.user(), owner.password(), isGenerated).set(supreme);
      var run =
          inTransaction(
              own,
              tx -> {
                var applied = applied(tx);
                refuseUnknown(applied);
                SUPABASE.forEach(file -> requireUnchanged(file, applied));
                return applied.isEmpty() ? repair(tx, applied) : runOf(tx, applied);
              });
      var prepared =
          inTransaction(
              supreme,
              tx -> {
                var files = PreparedFiles.of(tx);
                for (var file : SUPABASE) {
                  files = prepare(tx, file, run, files);
                  restoreRoles(tx, file, run);
                }
                tx.update(GIVE_SCHEMAS);
                letOwnerCreate(tx, run);
                return files;
              });
      inTransaction(
          own,
          tx -> {
            SUPABASE.forEach(file -> complete(tx, file, run));
            tx.update(ROLL_MESSAGES);
            own(tx, run);
            return run;
          });
      inTransaction(
          supreme,
          tx -> {
            prepared.forget(tx, SUPABASE);
            return tx.update(GIVE_SCHEMAS);
          });
    }
  }

  /// In a database that nobody has prepared, what a Supabase project has; nothing of it can be
  /// anybody else's, since all of it is made in one transaction.
  private static Map<String, String> begin(Transaction tx) {
    boolean isNew = isTrue(tx, IS_NEW);
    tx.update(HISTORY);
    if (isNew) {
      SUPABASE.forEach(file -> apply(tx, file, new Pending(Map.of(), false)));
    }
    if (isTrue(tx, HAS_OWNER)) {
      tx.update(GIVE_SCHEMAS);
    }
    return Map.of();
  }

  /// The superuser's part of a file. A repair leaves out what writes rows or calls functions, and
  /// makes event triggers together with their functions or not at all.
  ///
  /// @param prepared what ran in an upgrade that failed after this, which is not run again
  private static PreparedFiles prepare(
      Transaction tx, String file, Run run, PreparedFiles prepared) {
    var sql = SqlFile.of(BaseSchema.class, "base/" + file);
    switch (run) {
      case Pending _ -> {
        if (!run.applied().containsKey(file) && !prepared.has(file, sql)) {
          run(tx, file, sql);
          return prepared.with(tx, file, sql);
        }
      }
      case Repair repair -> {
        if (EVENT_TRIGGERS.contains(file)) {
          tx.attempt(Statement.of(sql));
        } else {
          pieces(sql, piece -> repair.putsBack(piece) && !startsWith(piece, "insert", "select"))
              .forEach(piece -> tx.attempt(piece));
        }
        tx.update(BECOME_SUPERUSER);
      }
    }
    return prepared;
  }

  /// What [#prepare] leaves out, and the record of the file.
  private static void complete(Transaction tx, String file, Run run) {
    var sql = SqlFile.of(BaseSchema.class, "base/" + file);
    if (run instanceof Repair) {
      pieces(sql, piece -> startsWith(piece, "insert", "select", "set", "reset"))
          .forEach(piece -> tx.attempt(piece));
      tx.update(BECOME_SUPERUSER);
    }
    if (!run.applied().containsKey(file)) {
      record(tx, file, sql);
    }
  }

  private static List<Statement> pieces(String sql, Predicate<SqlScript.Piece> wanted) {
    return SqlScript.statements(sql).stream()
        .filter(wanted)
        .map(piece -> Statement.of(piece.sql()))
        .toList();
  }

  private static boolean startsWith(SqlScript.Piece piece, String... words) {
    return Stream.of(words).anyMatch(word -> piece.summary().startsWith(word + " "));
  }

  /// Brings a database that an operator named to this program's version. One with Supabase's
  /// schemas is used as it is and gets our own part; in one without, a superuser makes everything.
  static void migrateNamed(Login owner) {
    inTransaction(
        owner,
        tx -> {
          boolean isSuperuser = isSuperuser(tx);
          if (isSuperuser) {
            tx.update(LOOK_IN_CATALOG);
          }
          tx.update(HISTORY);
          var applied = applied(tx);
          refuseUnknown(applied);
          boolean isLost = applied.isEmpty() && isTrue(tx, HAS_REMNANTS);
          var run = isLost ? repair(tx, applied) : runOf(tx, applied);
          if (isMadeElsewhere(tx, applied)) {
            refuseLostRoles(tx, run);
            if (isSuperuser) {
              watchRights(tx, applied);
            }
            named(tx, run);
          } else if (isSuperuser) {
            for (var file : SUPABASE) {
              apply(tx, file, run);
              restoreRoles(tx, file, run);
            }
            named(tx, run);
          } else if (SUPABASE.stream()
              .allMatch(file -> file.equals(RIGHTS_WATCH) || applied.containsKey(file))) {
            named(tx, run);
          } else {
            throw new StartFailure(
                "The database lacks parts of a Supabase project that only a superuser can make;"
                    + " name one as admin-user for one start.");
          }
          return run;
        });
  }

  /// Of schemas made elsewhere nothing is known for sure, so this may fail.
  private static void watchRights(Transaction tx, Map<String, String> applied) {
    var sql = SqlFile.of(BaseSchema.class, "base/" + RIGHTS_WATCH);
    if (!applied.containsKey(RIGHTS_WATCH) && tx.attempt(Statement.of(sql)).isEmpty()) {
      record(tx, RIGHTS_WATCH, sql);
    }
  }

  private static <T> T inTransaction(Login login, TransactionBody<T> work) {
    try (var database = Database.open(login)) {
      return inTransaction(database, work);
    }
  }

  private static <T> T inTransaction(Database database, TransactionBody<T> work) {
    var login = database.login();
    try {
      return database.transaction(
          Actor.of(login.user()).withoutJit(),
          Access.WRITE,
          tx -> {
            tx.update(LOCK);
            return work.run(tx);
          });
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database failure
          ? new StartFailure(
              isReadOnly(failure)
                  ? "The database at %s is read-only, perhaps a standby; use the address of the primary, or several hosts with target_session_attrs=read-write."
                      .formatted(login.url().replaceFirst("\\?.*", ""))
                  : "The internal schema cannot be brought up to date: %s.".formatted(reason(e)),
              e)
          : DatabaseCheck.whyUnreachable(login, e);
    }
  }

  private static boolean isReadOnly(Failure.Database failure) {
    return failure.sqlState().equals("25006") || failure.message().contains("during recovery");
  }

  /// How the files run: those that are pending, or all of them to put back what is missing.
  private sealed interface Run {
    Map<String, String> applied();
  }

  /// @param isKept whether there is exactly what was kept when the last file ran
  private record Pending(Map<String, String> applied, boolean isKept) implements Run {
    /// Whether nothing is left to do.
    boolean isDone() {
      return isKept && applied.keySet().containsAll(SUPABASE) && applied.keySet().containsAll(OWN);
    }
  }

  /// @param keepsDefaults whether what new tables of schema public grant stays as it is
  /// @param lost roles that were dropped
  private record Repair(Map<String, String> applied, boolean keepsDefaults, LostRoles lost)
      implements Run {
    /// Whether a statement of a file belongs to what is put back.
    boolean putsBack(SqlScript.Piece piece) {
      return !(keepsDefaults
          && startsWith(piece, "alter default privileges")
          && PUBLIC_DEFAULTS.matcher(piece.sql()).find());
    }
  }

  private static Run runOf(Transaction tx, Map<String, String> applied) {
    var objects = BaseObjects.of(tx);
    var missing = objects.missing();
    if (missing.isEmpty()) {
      return new Pending(applied, objects.isKept());
    }
    LOG.warn(
        "Parts of the internal schema are missing, and this start puts back what it can: {}.",
        BaseObjects.summary(missing));
    return repair(tx, applied);
  }

  private static Repair repair(Transaction tx, Map<String, String> applied) {
    var lost = LostRoles.of(tx, BaseObjects.of(tx));
    return new Repair(applied, isTrue(tx, HAS_DEFAULTS) || lost.leavesRoleOfTheApi(), lost);
  }

  /// As a superuser, once the file that makes the roles ran: the other files grant as these roles
  /// what belongs to them.
  private static void restoreRoles(Transaction tx, String file, Run run) {
    if (run instanceof Repair repair && file.equals(ROLES)) {
      tx.update(BECOME_SUPERUSER);
      repair
          .lost()
          .restore(
              tx,
              SUPABASE.stream().map(each -> SqlFile.of(BaseSchema.class, "base/" + each)).toList(),
              repair.keepsDefaults());
    }
  }

  /// What a Supabase project that others made had granted to its roles is not in our files.
  private static void refuseLostRoles(Transaction tx, Run run) {
    if (run instanceof Repair) {
      var lost =
          BaseObjects.of(tx).missing().stream()
              .filter(identity -> identity.startsWith("role "))
              .map(identity -> identity.substring("role ".length()))
              .toList();
      if (!lost.isEmpty()) {
        throw new StartFailure(
            "These roles were dropped: %s. Stabbur did not make this Supabase project and does not know what they had. Create them and grant them what they had (app/docs/operating.md), or restore a backup; then start again."
                .formatted(String.join(", ", lost)));
      }
    }
  }

  /// Our own files make schemas as the owner. As a superuser.
  private static void letOwnerCreate(Transaction tx, Run run) {
    boolean isDue = run instanceof Repair || !run.applied().keySet().containsAll(OWN);
    if (isDue && !isTrue(tx, OWNER_CREATES)) {
      tx.update(LET_OWNER_CREATE);
      LOG.warn("The role postgres may create schemas in this database from now on.");
    }
  }

  private static void named(Transaction tx, Run run) {
    boolean isSuperuser = isSuperuser(tx);
    if (isSuperuser) {
      tx.update(GIVE_SCHEMAS);
      letOwnerCreate(tx, run);
    }
    tx.update(BECOME_OWNER);
    if (isSuperuser) {
      tx.update(LOOK_AS_OWNER);
    }
    if (isTrue(tx, HAS_MESSAGES)) {
      tx.update(ROLL_MESSAGES);
    }
    own(tx, run);
    if (isSuperuser) {
      tx.update(LOOK_IN_CATALOG);
      tx.update(BECOME_SUPERUSER);
      tx.update(GIVE_SCHEMAS);
    }
  }

  /// Our own part, as the owner.
  private static void own(Transaction tx, Run run) {
    OWN.forEach(file -> apply(tx, file, run));
    if (run instanceof Pending pending && pending.isDone()) {
      return;
    }
    var objects = BaseObjects.of(tx);
    if (run instanceof Repair) {
      refuseGaps(objects.missing());
    }
    objects.keep(tx);
  }

  /// Rights and triggers that no file makes came from the user's own migrations.
  private static void refuseGaps(List<String> missing) {
    var gaps = missing.stream().filter(BaseSchema::isNeeded).toList();
    if (!gaps.isEmpty()) {
      throw new StartFailure(
          "Parts of the internal schema are missing and cannot be put back as this user: %s; name a superuser as admin-user for one start, or restore a backup."
              .formatted(BaseObjects.summary(gaps)));
    }
  }

  private static boolean isNeeded(String identity) {
    return identity.startsWith("schema ")
        || identity.startsWith("table ")
        || identity.startsWith("column ")
        || identity.startsWith("function ")
        || identity.startsWith("role ");
  }

  private static boolean isMadeElsewhere(Transaction tx, Map<String, String> applied) {
    return !applied.containsKey(SUPABASE.getFirst())
        && isTrue(tx, HAS_ACCOUNTS)
        && !isTrue(tx, WAS_MADE_HERE);
  }

  /// Whether this connection logged in as a superuser.
  static boolean isSuperuser(Transaction tx) {
    return isTrue(tx, Statement.of("select rolsuper from pg_roles where rolname = session_user"));
  }

  private static boolean isTrue(Transaction tx, Statement question) {
    return tx.first(question, row -> row.getBoolean(1)).orElse(false);
  }

  private static Map<String, String> applied(Transaction tx) {
    return tx
        .list(
            Statement.of("select version, checksum from stabbur.migrations"),
            row -> Map.entry(row.getString(1), row.getString(2)))
        .stream()
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// A file this program does not have was written by a later one, which may rely on it.
  private static void refuseUnknown(Map<String, String> applied) {
    var known = Stream.concat(SUPABASE.stream(), OWN.stream()).toList();
    applied.keySet().stream()
        .filter(version -> !known.contains(version))
        .sorted()
        .findFirst()
        .ifPresent(
            version -> {
              throw new StartFailure(
                  "The database was written by a newer Stabbur (it has %s); start that version, or use another data folder."
                      .formatted(version));
            });
  }

  private static void requireUnchanged(String file, Map<String, String> applied) {
    var recorded = applied.get(file);
    var sql = SqlFile.of(BaseSchema.class, "base/" + file);
    if (recorded != null && !recorded.equals(Crypto.sha256Hex(sql))) {
      throw new StartFailure(
          "The internal schema file %s is not the one this database was made with; start the version it was made with."
              .formatted(file));
    }
  }

  private static void apply(Transaction tx, String file, Run run) {
    requireUnchanged(file, run.applied());
    var sql = SqlFile.of(BaseSchema.class, "base/" + file);
    boolean isRecorded = run.applied().containsKey(file);
    switch (run) {
      case Pending _ -> {
        if (!isRecorded) {
          run(tx, file, sql);
        }
      }
      case Repair repair ->
          // what is there already fails, and stays as it is; so do the rows of tables
          pieces(sql, piece -> repair.putsBack(piece) && !startsWith(piece, "update", "delete"))
              .forEach(piece -> tx.attempt(piece));
    }
    if (!isRecorded) {
      record(tx, file, sql);
    }
  }

  private static void record(Transaction tx, String file, String sql) {
    tx.update(
        Statement.of(
            "insert into stabbur.migrations (version, checksum) values (?, ?)",
            file,
            Crypto.sha256Hex(sql)));
  }

  private static void run(Transaction tx, String file, String sql) {
    try {
      tx.update(Statement.of(sql));
    } catch (ApiException e) {
      throw new StartFailure(
          "The internal schema file %s failed: %s.".formatted(file, reason(e)), e);
    }
  }

  private static String reason(ApiException e) {
    return e.error() instanceof Failure.Database failure ? failure.message() : e.error().toString();
  }
}
