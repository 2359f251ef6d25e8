package io.stabbur.organization.rows;

import com.google.errorprone.annotations.CompileTimeConstant;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An organization's rows of one table as the backup has them, in a temporary table of the
/// transaction that writes them.
///
/// @param name of the temporary table
record Staged(OwnedTable owned, String name, UUID organization) {
  private static final int ROWS_AT_ONCE = 500;
  private static final String NOW = "t";
  private static final String THEN = "s";

  /// The time of a change is the database's: it stays the time of the restore, so that clients that
  /// ask for what has changed since are told.
  private static final Set<String> NOT_COMPARED = Set.of("updated_at");

  Table table() {
    return owned.table();
  }

  private static SqlText sql(@CompileTimeConstant String text) {
    return new SqlText().add(text);
  }

  /// `pg_temp."stabbur_restore_1" "s"`.
  SqlText temporary() {
    return sql("pg_temp.").name(name).add(" ").name(THEN);
  }

  /// `"public"."notes" "t"`.
  private SqlText current() {
    return table().sql().add(" ").name(NOW);
  }

  private SqlText isOwned() {
    return owned.owner().isOwned(NOW, organization);
  }

  /// `exists (select from pg_temp."stabbur_restore_1" "s" where "t"."id" = "s"."id")`.
  private SqlText isStaged() {
    return sql("exists (select from ")
        .append(temporary())
        .add(" where ")
        .append(table().sameKey(NOW, THEN))
        .add(")");
  }

  /// Makes the temporary table, without rows.
  void create(Transaction tx) {
    tx.update(
        sql("create temporary table ")
            .name(name)
            .add(" on commit drop as select ")
            .append(table().list(""))
            .add(" from ")
            .append(table().sql())
            .add(" where false")
            .statement());
  }

  /// Reads the rows of the copy into the temporary table; those of another project in clear.
  long load(Transaction copy, Transaction tx, OrganizationRows.Kind kind) {
    create(tx);
    long rows =
        copy.scan(
            rowsOfCopy(kind),
            ROWS_AT_ONCE,
            found -> {
              long count = 0;
              var batch = new ArrayList<String>();
              while (found.next()) {
                batch.add(found.getString(1));
                count++;
                if (batch.size() == ROWS_AT_ONCE) {
                  insert(tx, batch);
                }
              }
              insert(tx, batch);
              return count;
            });
    tx.update(sql("analyze pg_temp.").name(name).statement());
    return rows;
  }

  /// Each row as a JSON array of its values as text.
  private Statement rowsOfCopy(OrganizationRows.Kind kind) {
    var read = sql("select to_jsonb(array[");
    for (int i = 0; i < table().columns().size(); i++) {
      if (i > 0) {
        read.add(", ");
      }
      var column = table().columns().get(i).name();
      boolean isOpened = kind == OrganizationRows.Kind.MOVED && table().personal().contains(column);
      read.append(isOpened ? shown(NOW, column) : text(NOW, column));
    }
    return read.add("])::text from ")
        .append(current())
        .add(" where ")
        .append(isOwned())
        .statement();
  }

  private void insert(Transaction tx, List<String> batch) {
    if (batch.isEmpty()) {
      return;
    }
    var rows = new StringJoiner(",", "[", "]");
    batch.forEach(rows::add);
    var insert = sql("insert into pg_temp.").name(name).add(" (").append(table().list(""));
    insert.add(") select ");
    for (int i = 0; i < table().columns().size(); i++) {
      if (i > 0) {
        insert.add(", ");
      }
      insert.add("(v ->> ").value(i).add("::integer)::").printed(table().columns().get(i).type());
    }
    tx.update(
        insert
            .add(" from jsonb_array_elements(")
            .value(new Jsonb(rows.toString()))
            .add("::jsonb) v")
            .statement());
    batch.clear();
  }

  /// Locks the organization's rows as they are now.
  void lock(Transaction tx) {
    tx.first(
        sql("select count(*) from (select from ")
            .append(current())
            .add(" where ")
            .append(isOwned())
            .add(" for update of ")
            .name(NOW)
            .add(") locked")
            .statement(),
        row -> row.getLong(1));
  }

  /// Rows of the backup whose key is, in the running database, that of a row of somebody else.
  long foreign(Transaction tx) {
    return count(
        tx,
        sql("select count(*) from ")
            .append(current())
            .add(" where ")
            .append(isStaged())
            .add(" and (")
            .append(isOwned())
            .add(") is not true"));
  }

  /// Values that no key of this project opens, or that another organization's key encrypted.
  long unreadable(Transaction tx) {
    if (table().personal().isEmpty()) {
      return 0;
    }
    var asked = sql("select count(*) from ").append(temporary()).add(" where false");
    for (var column : table().personal()) {
      asked
          .add(" or (starts_with(")
          .append(text(THEN, column))
          .add(", 'pd1.') and (stabbur_organization.open(")
          .append(text(THEN, column))
          .add(") = ")
          .append(text(THEN, column))
          .add(" or split_part(")
          .append(text(THEN, column))
          .add(", '.', 3) not in ('profiles', ")
          .value("organisation:" + organization)
          .add(")))");
    }
    return count(tx, asked);
  }

  /// Rows with personal values that are still encrypted.
  long sealed(Transaction tx) {
    var asked = sql("select count(*) from ").append(temporary()).add(" where false");
    for (var column : table().personal()) {
      asked.add(" or starts_with(").append(text(THEN, column)).add(", 'pd1.')");
    }
    return count(tx, asked);
  }

  /// How many rows the organization has.
  long owned(Transaction tx) {
    return count(
        tx, sql("select count(*) from ").append(current()).add(" where ").append(isOwned()));
  }

  /// Has a sequence that gives keys begin behind those that came with rows.
  void raiseSequence(Transaction tx) {
    if (table().key().size() != 1) {
      return;
    }
    var key = table().key().get(0);
    tx.list(
        sql("select setval(s, greatest(nextval(s), (select max(")
            .name(key)
            .add("::text::bigint) from ")
            .append(table().sql())
            .add("))) from (select pg_get_serial_sequence(")
            .value(table().sql().statement().sql())
            .add(", ")
            .value(key)
            .add(")::regclass as s) q where s is not null")
            .statement(),
        row -> row.getLong(1));
  }

  /// Encrypts personal values of older keys with the newest.
  ///
  /// @param reseal the function of the contract, such as `private.reseal`
  void reseal(Transaction tx, SqlText reseal) {
    for (var column : table().personal()) {
      tx.update(
          sql("update ")
              .append(temporary())
              .add(" set ")
              .name(column)
              .add(" = ")
              .append(reseal)
              .add("(")
              .append(text(THEN, column))
              .add(")")
              .statement());
    }
  }

  private static SqlText text(String alias, String column) {
    return new SqlText().name(alias).add(".").name(column).add("::text");
  }

  /// Rows that lack the target of a reference: `target` has it, or is null where none may.
  SqlText lacks(Reference reference, SqlText target) {
    var lacks = sql("(");
    for (var column : reference.columns()) {
      lacks.name(THEN).add(".").name(column).add(" is not null and ");
    }
    return lacks
        .add("not exists (select from ")
        .append(target)
        .add(" p where ")
        .append(Table.same(THEN, reference.columns(), "p", reference.targets()))
        .add("))");
  }

  long countOf(Transaction tx, SqlText condition) {
    return count(
        tx, sql("select count(*) from ").append(temporary()).add(" where ").append(condition));
  }

  /// Leaves the rows of a condition out.
  int leaveOut(Transaction tx, SqlText condition) {
    return tx.update(
        sql("delete from ").append(temporary()).add(" where ").append(condition).statement());
  }

  /// Clears the columns of a reference in the rows of a condition.
  int clear(Transaction tx, SqlText condition, Reference reference) {
    var update = sql("update ").append(temporary()).add(" set ");
    for (int i = 0; i < reference.cleared().size(); i++) {
      if (i > 0) {
        update.add(", ");
      }
      update.name(reference.cleared().get(i)).add(" = null");
    }
    return tx.update(update.add(" where ").append(condition).statement());
  }

  /// Rows of the organization that the backup does not have.
  private SqlText isSurplus() {
    return sql("(").append(isOwned()).add(" and not ").append(isStaged()).add(")");
  }

  /// How many rows of a table refer to surplus rows and are not this organization's.
  ///
  /// @param other the table that refers
  /// @param owner whose its rows are; null where that is not known
  long referring(Transaction tx, SqlText other, Reference reference, @Nullable Ownership owner) {
    var asked = sql("select count(*) from ").append(other).add(" o where exists (select from ");
    asked.append(current()).add(" where ").append(isSurplus()).add(" and ");
    asked.append(Table.same("o", reference.columns(), NOW, reference.targets())).add(")");
    if (owner != null) {
      asked.add(" and (").append(owner.isOwned("o", organization)).add(") is not true");
    }
    return count(tx, asked);
  }

  Statement removal() {
    return sql("delete from ").append(current()).add(" where ").append(isSurplus()).statement();
  }

  /// How many rows differ in which columns.
  Map<List<String>, Long> differences(Transaction tx) {
    var differences = new HashMap<List<String>, Long>();
    tx
        .list(
            sql("select ")
                .append(differing())
                .add(", count(*) from ")
                .append(current())
                .add(" join ")
                .append(temporary())
                .add(" on ")
                .append(table().sameKey(NOW, THEN))
                .add(" group by 1")
                .statement(),
            row -> Map.entry(Table.texts(row.getArray(1)), row.getLong(2)))
        .stream()
        .filter(each -> !each.getKey().isEmpty())
        .forEach(each -> differences.put(each.getKey(), each.getValue()));
    return differences;
  }

  /// Makes rows that differ as they were, each set of differing columns by itself: triggers of
  /// columns that are the same are not woken.
  int change(Transaction tx) {
    var differing = differing();
    var sets =
        tx.list(
            sql("select distinct ")
                .append(differing)
                .add(" from ")
                .append(current())
                .add(" join ")
                .append(temporary())
                .add(" on ")
                .append(table().sameKey(NOW, THEN))
                .statement(),
            row -> Table.texts(row.getArray(1)));
    int changed = 0;
    for (var set : sets) {
      if (!set.isEmpty()) {
        changed += change(tx, set, differing);
      }
    }
    return changed;
  }

  private int change(Transaction tx, List<String> columns, SqlText differing) {
    var update = sql("update ").append(current()).add(" set ");
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        update.add(", ");
      }
      update.name(columns.get(i)).add(" = ").name(THEN).add(".").name(columns.get(i));
    }
    return tx.update(
        update
            .add(" from ")
            .append(temporary())
            .add(" where ")
            .append(table().sameKey(NOW, THEN))
            .add(" and ")
            .append(isOwned())
            .add(" and ")
            .append(differing)
            .add(" = ")
            .value(columns.toArray(String[]::new))
            .add("::text[]")
            .statement());
  }

  /// `array_remove(array[case when "t"."a"::text is distinct from "s"."a"::text then 'a' end],
  /// null)`.
  private SqlText differing() {
    var names = sql("array_remove(array[null::text");
    for (var column : table().columns()) {
      if (!NOT_COMPARED.contains(column.name()) && !table().key().contains(column.name())) {
        names.add(", case when ").append(shown(NOW, column.name())).add(" is distinct from ");
        names.append(shown(THEN, column.name())).add(" then ").value(column.name()).add(" end");
      }
    }
    return names.add("], null)");
  }

  /// Two ciphertexts of the same text differ.
  private SqlText shown(String alias, String column) {
    return table().personal().contains(column)
        ? sql("stabbur_organization.open(").append(text(alias, column)).add(")")
        : text(alias, column);
  }

  int add(Transaction tx) {
    return tx.update(
        sql("insert into ")
            .append(table().sql())
            .add(" (")
            .append(table().list(""))
            .add(") overriding system value select ")
            .append(table().list(THEN))
            .add(" from ")
            .append(temporary())
            .add(" where not exists (select from ")
            .append(current())
            .add(" where ")
            .append(table().sameKey(NOW, THEN))
            .add(")")
            .statement());
  }

  /// Gives rows back the time of their making, which a trigger may have set anew.
  int keepCreation(Transaction tx) {
    if (!table().has("created_at")) {
      return 0;
    }
    return tx.update(
        sql("update ")
            .append(current())
            .add(" set created_at = ")
            .name(THEN)
            .add(".created_at from ")
            .append(temporary())
            .add(" where ")
            .append(table().sameKey(NOW, THEN))
            .add(" and ")
            .append(isOwned())
            .add(" and t.created_at is distinct from s.created_at")
            .statement());
  }

  long total(Transaction tx) {
    return count(tx, sql("select count(*) from ").append(temporary()));
  }

  private static long count(Transaction tx, SqlText asked) {
    return tx.first(asked.statement(), row -> row.getLong(1)).orElse(0L);
  }
}
