package io.stabbur.organization.management;

import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.organization.PersonalKeys;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.RootKeys;
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
  private static final Statement TABLES =
      Statement.of(
          """
          select table_schema, table_name, array_agg(column_name::text order by column_name) as columns
          from stabbur.personal_columns group by 1, 2 order by 1, 2\
          """);

  private final OrganizationSchemas schemas;

  PersonalDataRotation(OrganizationSchemas schemas) {
    this.schemas = schemas;
  }

  /// A table and its columns of personal data.
  private record Sealed(String schema, String table, List<String> columns) {
    SqlText name() {
      return new SqlText().name(schema).add(".").name(table);
    }
  }

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
    var keys = RootKeys.of(project);
    var schema = schemas.of(project).schema();
    int version = keys.newest().unfinished() ? keys.newest().version() : keys.addVersion();
    if (!keys.activate(version, () -> goOn.test(0))) {
      return new Outcome(version, false, 0, 0);
    }
    var tables = schema.isPresent() ? tables(project) : List.<Sealed>of();
    long rows = 0;
    for (var table : tables) {
      Optional<UUID> last = Optional.of(FIRST);
      while (last.isPresent()) {
        var batch = batch(schema.orElseThrow(), table, version, last.get(), batchSize);
        var sealed = reseal(project, batch);
        rows += sealed.size();
        last = sealed.stream().max(PersonalDataRotation::asPostgres);
        if (!goOn.test(rows)) {
          return new Outcome(version, false, rows, 0);
        }
      }
    }
    schema.ifPresent(known -> rehash(project, known, version));
    long unopened = tables.stream().mapToLong(table -> left(project, table, version)).sum();
    if (unopened == 0) {
      keys.finish(version);
    }
    if (schema.isPresent()) {
      record(project, schema.get(), version, rows);
    }
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
  private static Statement batch(
      OrganizationSchema schema, Sealed table, int version, UUID after, int size) {
    var sql = new SqlText().add("with batch as (select id from ").append(table.name());
    sql.add(" where id > ").value(after).add(" and (").append(outdated(table, version));
    sql.add(") order by id limit ").value(size).add(" for update) update ");
    sql.append(table.name()).add(" t set ");
    for (int i = 0; i < table.columns().size(); i++) {
      if (i > 0) {
        sql.add(", ");
      }
      var column = table.columns().get(i);
      sql.name(column).add(" = ").append(schema.function("reseal"));
      sql.add("(t.").name(column).add(")");
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
            .add("select count(*) from ")
            .append(table.name())
            .add(" where ")
            .append(outdated(table, version))
            .statement());
  }

  private static List<Sealed> tables(Project project) {
    return project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.READ,
            tx ->
                tx.list(
                    TABLES,
                    row ->
                        new Sealed(
                            String.valueOf(row.getString(1)),
                            String.valueOf(row.getString(2)),
                            List.of((String[]) row.getArray(3).getArray()))));
  }

  /// Makes the hashes for searches anew, of one organization at a time: a search finds all or
  /// waits.
  private static void rehash(Project project, OrganizationSchema schema, int version) {
    var text = Integer.toString(version);
    var outdated =
        project
            .admin()
            .transaction(
                maintenance(project),
                Access.READ,
                tx ->
                    tx.list(
                        schema.call("outdated_searches", text),
                        row -> row.getObject(1, UUID.class)));
    for (var organization : outdated) {
      project
          .admin()
          .transaction(
              maintenance(project),
              Access.WRITE,
              tx -> tx.update(schema.call("rehash", organization, text)));
    }
  }

  private static void record(Project project, OrganizationSchema schema, int version, long rows) {
    var entry =
        new SqlText()
            .add("select ")
            .append(schema.function("write_audit"))
            .add("(null, null, 'postgres', 'personal_data_rotated', null, null,")
            .add(" jsonb_build_object('version', ")
            .value(version)
            .add("::integer, 'rows', ")
            .value(rows)
            .add("::bigint))")
            .statement();
    project.admin().transaction(maintenance(project), Access.WRITE, tx -> tx.update(entry));
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
