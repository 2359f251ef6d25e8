package io.stabbur.project;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Files of the superuser that ran in an upgrade, noted in the transaction in which they did. Where
/// a file of the owner fails after that, or the process is killed, the version before starts as it
/// did, and the next upgrade does not run them again. The note is a setting of the superuser's role
/// in this database: a table could be one that the owner made, with code in it.
///
/// @param checksums the SHA-256 of each file, by its name
record PreparedFiles(Map<String, String> checksums) {
  private static final Statement NOTED =
      Statement.of(SqlFile.of(PreparedFiles.class, "base/prepared"));
  private static final Statement NOTE =
      Statement.of(SqlFile.of(PreparedFiles.class, "base/note-prepared"));

  /// What is noted, as the superuser.
  static PreparedFiles of(Transaction tx) {
    var noted = tx.first(NOTED, row -> row.getString(1)).orElse("");
    return new PreparedFiles(
        Stream.of(noted.split(",", -1))
            .map(each -> each.split("=", 2))
            .filter(each -> each.length == 2)
            .collect(toMap(each -> each[0], each -> each[1])));
  }

  /// Whether the file has run; one that ran with another text is refused.
  boolean has(String file, String sql) {
    var checksum = checksums.get(file);
    if (checksum != null && !checksum.equals(Crypto.sha256Hex(sql))) {
      throw new StartFailure(
          "The internal schema file %s ran with another text in an upgrade that failed; start the version before or that one, or restore a backup of before."
              .formatted(file));
    }
    return checksum != null;
  }

  /// Notes that a file has run, as the superuser.
  PreparedFiles with(Transaction tx, String file, String sql) {
    var all = new TreeMap<>(checksums);
    all.put(file, Crypto.sha256Hex(sql));
    return new PreparedFiles(all).note(tx);
  }

  /// Forgets files that are recorded by now. What a later version has noted stays for it.
  void forget(Transaction tx, Collection<String> files) {
    var others = new TreeMap<>(checksums);
    if (others.keySet().removeAll(files)) {
      var _ = new PreparedFiles(others).note(tx);
    }
  }

  private PreparedFiles note(Transaction tx) {
    var text =
        checksums.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(joining(","));
    var _ =
        tx.first(
            Statement.of("select set_config('stabbur.noting', ?, true)", text),
            row -> row.getString(1));
    tx.update(NOTE);
    return this;
  }
}
