package io.stabbur.storage.retention;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.Operation;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of the buckets' rules and of the log of what was done by them.
@Singleton
final class RuleRows {
  private static final String PUT = SqlFile.of(RuleRows.class, "put-rules");

  Optional<BucketRules> find(Project project, String bucket) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                """
                select check_types, delete_after_days, legal_hold, coalesce(encrypt, 'off'),
                  plain_refusals
                from stabbur_storage.bucket_rules where bucket_id = ?
                """,
                bucket),
            rows -> rows.next() ? Optional.of(read(rows)) : Optional.<BucketRules>empty());
  }

  private static BucketRules read(ResultSet row) throws SQLException {
    int days = row.getInt(2);
    return new BucketRules(
        row.getBoolean(1),
        row.wasNull() ? null : days,
        row.getBoolean(3),
        Encryption.parse(row.getString(4)).orElseThrow(),
        row.getBoolean(5));
  }

  /// Replaces a bucket's rules and notes that, in one statement; answers what counts now.
  BucketRules put(Project project, String bucket, BucketRules rules) {
    var days = rules.deleteAfterDays();
    var encrypt = rules.encrypt();
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of(
                PUT,
                bucket,
                rules.checkTypes(),
                days == null ? null : days.toString(),
                rules.legalHold(),
                encrypt == null ? null : encrypt.rule(),
                rules.plainRefusals(),
                encrypt == null),
            rows -> {
              rows.next();
              return read(rows);
            });
  }

  /// Changes for how many days files of a bucket are kept and notes that, in one statement; its
  /// other rules stay as they are, whoever changes them meanwhile.
  void keep(Project project, String bucket, @Nullable Integer days) {
    project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of(
                """
                with changed as (
                  insert into stabbur_storage.bucket_rules as r (bucket_id, delete_after_days)
                  values (?, ?::text::integer)
                  on conflict (bucket_id) do update set
                    delete_after_days = excluded.delete_after_days, updated_at = now()
                  returning *)
                insert into stabbur_storage.retention_log (action, bucket_id, rules)
                select 'rules_changed', bucket_id, to_jsonb(changed) - 'bucket_id' - 'updated_at'
                from changed returning bucket_id
                """,
                bucket,
                days == null ? null : days.toString()),
            rows -> rows.next());
  }

  /// The newest entries of a bucket's log, as JSON.
  String log(Project project, String bucket, int most) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                """
                select coalesce(json_agg(l order by l.id desc), '[]') from (
                  select * from stabbur_storage.retention_log where bucket_id = ?
                  order by id desc limit ?) l
                """,
                bucket,
                most),
            rows -> rows.next() ? rows.getString(1) : "[]");
  }

  /// Removes some objects whose time is up; answers how many.
  long deleteExpired(Project project, int most) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of("select stabbur_storage.delete_expired(?)", most),
            rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  /// Forgets the rules of buckets that are gone.
  void forget(Project project) {
    project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of(
                """
                delete from stabbur_storage.bucket_rules r
                where not exists (select from storage.buckets b where b.id = r.bucket_id)
                returning bucket_id
                """),
            rows -> rows.next());
  }
}
