package io.stabbur.project;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SortedMap;

/// Ties a project's key file to its database: for each version of the key of personal data the
/// database keeps a value that only that key gives. With another key file the appliance would seal
/// the same version with another key, and read what is there as ciphertext.
final class KeyCheck {
  private static final Statement RECORDED =
      Statement.of("select version, check_value from stabbur.personal_key_checks order by version");
  private static final String RECORD =
      "insert into stabbur.personal_key_checks (version, check_value) values (?, ?) on conflict do"
          + " nothing";

  private static final Statement IS_THERE =
      Statement.of("select to_regclass('stabbur.personal_key_checks') is not null");
  private static final Statement IS_RECORDED =
      Statement.of("select exists (select from stabbur.personal_key_checks)");

  private static final Statement HAS_MARKS =
      Statement.of("select to_regclass('stabbur.key_files') is not null");
  private static final Statement IS_MARKED =
      Statement.of("select exists (select from stabbur.key_files)");
  private static final String IS_MARKED_BY =
      "select exists (select from stabbur.key_files where mark = ?)";
  private static final String MARK =
      "insert into stabbur.key_files (mark) values (?) on conflict do nothing";

  private KeyCheck() {}

  /// Whether a database was opened with the key file of a folder. Of one that no version with
  /// [#mark] has opened yet: whether it was opened with any.
  static boolean knows(Database database, Path folder) {
    return database.transaction(
        Actor.of(database.login().user()),
        Access.READ,
        tx -> isMarked(tx) ? isTrue(tx, Statement.of(IS_MARKED_BY, mark(folder))) : isRecorded(tx));
  }

  private static boolean isRecorded(Transaction tx) {
    return isTrue(tx, IS_THERE) && isTrue(tx, IS_RECORDED);
  }

  private static boolean isMarked(Transaction tx) {
    return isTrue(tx, HAS_MARKS) && isTrue(tx, IS_MARKED);
  }

  /// The same for a key file through all rotations, in the database and in its dumps.
  private static String mark(Path folder) {
    var lasting = KeyFile.lasting(folder).orElse("").getBytes(StandardCharsets.UTF_8);
    return HexFormat.of()
        .formatHex(Crypto.hmacSha256(lasting, "key file".getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isTrue(Transaction tx, Statement question) {
    return tx.first(question, row -> row.getBoolean(1)).orElse(false);
  }

  /// Refuses a key file that is not the database's; writes down what is new.
  static void confirm(Project project) {
    var checks = RootKeys.of(project).checks();
    project
        .admin()
        .transaction(
            Actor.of(project.admin().login().user()),
            Access.WRITE,
            tx -> {
              refuseOthers(project, tx, checks);
              checks.forEach((version, check) -> tx.update(Statement.of(RECORD, version, check)));
              tx.update(Statement.of(MARK, mark(project.folder())));
              return checks;
            });
  }

  private static void refuseOthers(
      Project project, Transaction tx, SortedMap<Integer, String> checks) {
    tx.list(RECORDED, row -> new Recorded(row.getInt(1), row.getString(2)))
        .forEach(
            recorded -> {
              if (!recorded.check().equals(checks.get(recorded.version()))) {
                throw new StartFailure(
                    "Personal data in the database of project %s is sealed with keys that are not in %s (version %d); put that database's keys.json back, or set its master-key."
                        .formatted(
                            project.name(),
                            project.folder().resolve("keys.json"),
                            recorded.version()));
              }
            });
  }

  private record Recorded(int version, String check) {}
}
