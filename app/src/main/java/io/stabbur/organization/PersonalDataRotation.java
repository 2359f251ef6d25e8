package io.stabbur.organization;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PersonalKeys;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongPredicate;

/// Seals all personal data with a new key, while the appliance serves.
///
/// The new key is on disk, and every replica hands it out, before anything is sealed with it; the
/// old one is handed out until the next rotation, for what a slow request seals with it still.
/// Every batch is a transaction of its own. So it can be killed anywhere: run again, it goes on
/// with what is left.
@Singleton
public final class PersonalDataRotation {
  private static final UUID FIRST = new UUID(0, 0);
  private static final List<Sealed> TABLES =
      List.of(
          new Sealed("contacts", List.of("full_name", "phone", "email", "notes")),
          new Sealed("activities", List.of("summary", "location")),
          new Sealed("assignments", List.of("message", "epikrise_reference")),
          new Sealed("profiles", List.of("phone")));

  /// A table and its columns of personal data.
  private record Sealed(String table, List<String> columns) {}

  /// What a run did.
  ///
  /// @param done whether everything is sealed with this version and the old key is out of use
  /// @param unopened rows with values that no key opens; the old key stays in use for them
  public record Outcome(int version, boolean done, long rows, long unopened) {}

  /// Starts a rotation, or goes on with one that was interrupted.
  ///
  /// @param goOn asked after each batch, with the rows sealed so far; `false` leaves the rest to
  ///   the next run
  public Outcome run(Project project, int batchSize, LongPredicate goOn) {
    var keys = PersonalKeys.of(project);
    int version = keys.newest().unfinished() ? keys.newest().version() : keys.addVersion();
    if (!keys.putToUse(version, () -> goOn.test(0))) {
      return new Outcome(version, false, 0, 0);
    }
    long rows = 0;
    for (var table : TABLES) {
      Optional<UUID> last = Optional.of(FIRST);
      while (last.isPresent()) {
        var sealed = reseal(project, batch(table, version, last.get(), batchSize));
        rows += sealed.size();
        last = sealed.stream().max(PersonalDataRotation::asPostgres);
        if (!goOn.test(rows)) {
          return new Outcome(version, false, rows, 0);
        }
      }
    }
    for (var organization : organizations(project, version)) {
      rehash(project, organization, version);
    }
    long unopened = TABLES.stream().mapToLong(table -> left(project, table, version)).sum();
    if (unopened == 0) {
      keys.finish(version);
    }
    record(project, version, rows);
    return new Outcome(version, unopened == 0, rows, unopened);
  }

  private static List<UUID> reseal(Project project, Statement batch) {
    return project
        .admin()
        .transaction(
            maintenance(project),
            Access.WRITE,
            tx -> tx.list(batch, row -> row.getObject(1, UUID.class)));
  }

  /// The next rows in the order of their ids, sealed anew.
  private static Statement batch(Sealed table, int version, UUID after, int size) {
    var sql = new SqlText().add("with batch as (select id from public.").name(table.table());
    sql.add(" where id > ").value(after).add(" and (").append(outdated(table, version));
    sql.add(") order by id limit ").value(size).add(" for update) update public.");
    sql.name(table.table()).add(" t set ");
    for (int i = 0; i < table.columns().size(); i++) {
      if (i > 0) {
        sql.add(", ");
      }
      var column = table.columns().get(i);
      sql.name(column).add(" = private.reseal(t.").name(column).add(")");
    }
    return sql.add(" from batch where t.id = batch.id returning t.id").statement();
  }

  private static SqlText outdated(Sealed table, int version) {
    var sql = new SqlText();
    for (int i = 0; i < table.columns().size(); i++) {
      if (i > 0) {
        sql.add(" or ");
      }
      sql.name(table.columns().get(i)).add(" not like ").value("pd1." + version + ".%");
    }
    return sql;
  }

  private static long left(Project project, Sealed table, int version) {
    return one(
        project,
        new SqlText()
            .add("select count(*) from public.")
            .name(table.table())
            .add(" where ")
            .append(outdated(table, version))
            .statement());
  }

  private static List<UUID> organizations(Project project, int version) {
    return project
        .admin()
        .transaction(
            maintenance(project),
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(
                        "select organization_id from private.search_versions where version <> ?",
                        Integer.toString(version)),
                    rows -> rows.getObject(1, UUID.class)));
  }

  /// Hashes and their version change together, for one organisation at a time: a search finds all
  /// or waits.
  private static void rehash(Project project, UUID organization, int version) {
    var text = Integer.toString(version);
    project
        .admin()
        .transaction(
            maintenance(project),
            Access.WRITE,
            tx -> {
              tx.update(
                  Statement.of(
                      "select from private.search_versions where organization_id = ? for update",
                      organization));
              tx.update(hashes(organization, text));
              return tx.update(
                  Statement.of(
                      "update private.search_versions set version = ? where organization_id = ?",
                      text,
                      organization));
            });
  }

  private static Statement hashes(UUID organization, String version) {
    return Statement.of(
        """
        update public.contacts set
          email_hash = private.search_hash(private.normal_email(private.open(email)), ?, organization_id),
          phone_hash = private.search_hash(private.normal_phone(private.open(phone)), ?, organization_id)
        where organization_id = ?\
        """,
        version,
        version,
        organization);
  }

  private static void record(Project project, int version, long rows) {
    project
        .admin()
        .transaction(
            maintenance(project),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        """
                        select private.write_audit(null, null, 'postgres', 'personal_data_rotated', null, null,
                          jsonb_build_object('version', ?::integer, 'rows', ?::bigint))\
                        """,
                        version,
                        rows)));
  }

  private static long one(Project project, Statement statement) {
    return project
        .admin()
        .transaction(
            maintenance(project),
            Access.READ,
            (Transaction tx) -> tx.first(statement, rows -> rows.getLong(1)).orElse(0L));
  }

  private static Actor maintenance(Project project) {
    return Actor.of("postgres")
        .with("stabbur.maintenance", "on")
        .with(PersonalKeys.SETTING, PersonalKeys.of(project).forMaintenance());
  }

  /// Postgres orders ids by their bytes, unsigned.
  private static int asPostgres(UUID a, UUID b) {
    return a.toString().compareTo(b.toString());
  }
}
