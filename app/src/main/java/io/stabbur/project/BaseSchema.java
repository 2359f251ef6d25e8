package io.stabbur.project;

import static java.util.stream.Collectors.toMap;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The internal schema, in numbered files under `base`: `supabase/` makes what every Supabase
/// project has (roles, `auth`, `storage`, `realtime`, grants) and needs a superuser; `stabbur/` is
/// our own and runs as the project's owner, on a hosted project too. What ran is recorded in
/// `stabbur.migrations`, apart from the user's migrations. All pending files run in one
/// transaction.
final class BaseSchema {
  static final List<String> SUPABASE =
      List.of(
          "supabase/0001_roles",
          "supabase/0002_schemas",
          "supabase/0003_auth",
          "supabase/0004_storage",
          "supabase/0005_realtime",
          "supabase/0006_reload",
          "supabase/0007_owner_settings");
  private static final List<String> OWN =
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
          "stabbur/0560_functions",
          "stabbur/0580_backups",
          "stabbur/0590_signature_generations");

  private static final Statement LOCK = Statement.of("select pg_advisory_xact_lock(7230210516)");
  private static final Statement ROLL_MESSAGES =
      Statement.of("select stabbur.roll_message_partitions()");
  private static final Statement BECOME_OWNER = Statement.of("set local role postgres");

  private BaseSchema() {}

  /// Brings a database we run ourselves to this program's version.
  static void migrate(Login superuser) {
    inTransaction(superuser, BaseSchema::everything);
  }

  /// Brings a database that an operator named to this program's version. One with Supabase's
  /// schemas is used as it is and gets our own part; in one without, a superuser makes everything.
  static void migrateNamed(Login owner) {
    inTransaction(
        owner,
        (tx, applied) -> {
          if (isMadeElsewhere(tx, applied)) {
            own(tx, applied);
          } else if (isSuperuser(tx)) {
            everything(tx, applied);
          } else if (applied.keySet().containsAll(SUPABASE)) {
            tx.update(ROLL_MESSAGES);
            own(tx, applied);
          } else {
            throw new StartFailure(
                "The database lacks parts of a Supabase project that only a superuser can make;"
                    + " name one as admin-user for one start.");
          }
        });
  }

  private static void inTransaction(Login login, Work work) {
    try (var database = Database.open(login)) {
      database.transaction(
          Actor.of(login.user()),
          Access.WRITE,
          tx -> {
            tx.update(LOCK);
            tx.update(Statement.of(SqlFile.of(BaseSchema.class, "base/history")));
            var applied = applied(tx);
            refuseUnknown(applied);
            work.run(tx, applied);
            return applied;
          });
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Database
          ? new StartFailure(
              "The internal schema cannot be brought up to date: %s.".formatted(reason(e)), e)
          : new StartFailure(
              "The database cannot be used as %s at %s; check database-url, admin-user and admin-password."
                  .formatted(login.user(), login.url().replaceFirst("\\?.*", "")),
              e);
    }
  }

  private static void everything(Transaction tx, Map<String, String> applied) {
    SUPABASE.forEach(file -> apply(tx, file, applied));
    tx.update(ROLL_MESSAGES);
    own(tx, applied);
  }

  private static void own(Transaction tx, Map<String, String> applied) {
    tx.update(BECOME_OWNER);
    OWN.forEach(file -> apply(tx, file, applied));
  }

  private static boolean isMadeElsewhere(Transaction tx, Map<String, String> applied) {
    return !applied.containsKey(SUPABASE.getFirst())
        && isTrue(tx, Statement.of("select to_regnamespace('auth') is not null"));
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

  private static void apply(Transaction tx, String file, Map<String, String> applied) {
    var sql = SqlFile.of(BaseSchema.class, "base/" + file);
    var checksum = Crypto.sha256Hex(sql);
    var recorded = applied.get(file);
    if (recorded == null) {
      run(tx, file, sql);
      tx.update(
          Statement.of(
              "insert into stabbur.migrations (version, checksum) values (?, ?)", file, checksum));
    } else if (!recorded.equals(checksum)) {
      throw new StartFailure(
          "The internal schema file %s is not the one this database was made with; start the version it was made with."
              .formatted(file));
    }
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

  private interface Work {
    void run(Transaction tx, Map<String, String> applied);
  }
}
