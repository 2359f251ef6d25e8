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
  private static final int ROWS_FETCHED = 20;
  private static final int ROWS_AT_ONCE = 500;

  /// A batch ends with so many characters, however few its rows.
  private static final int CHARACTERS_AT_ONCE = 4 << 20;

  private static final String NOW = "t";
  private static final String THEN = "s";

  /// The alias of a table that refers to this one.
  static final String OTHER = "o";

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
    return isOwned(NOW);
  }

  SqlText isOwned(String alias) {
    return owned.owner().isOwned(alias, organization);
  }

  /// `exists (select from pg_temp."stabbur_restore_1" "s" where "t"."id" = "s"."id")`.
  private SqlText isStaged(String alias) {
    return sql("exists (select from ")
        .append(temporary())
        .add(" where ")
        .append(table().sameKey(alias, THEN))
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
            ROWS_FETCHED,
            found -> {
              long count = 0;
              long characters = 0;
              var batch = new ArrayList<String>();
              while (found.next()) {
                var row = found.getString(1);
                batch.add(row);
                characters += row.length();
                count++;
                if (batch.size() == ROWS_AT_ONCE || characters >= CHARACTERS_AT_ONCE) {
                  insert(tx, batch);
                  characters = 0;
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
            .append(isStaged(NOW))
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
  SqlText isSurplus(String alias) {
    return sql("(").append(isOwned(alias)).add(" and not ").append(isStaged(alias)).add(")");
  }

  /// How many rows of a table, which refers to this one, refer to surplus rows.
  ///
  /// @param uncounted which of them are not counted; null where all are
  long referring(Transaction tx, Reference reference, @Nullable SqlText uncounted) {
    int dot = reference.fromTable().indexOf('.');
    var asked = sql("select count(*) from ").name(reference.fromTable().substring(0, dot));
    asked.add(".").name(reference.fromTable().substring(dot + 1)).add(" ").name(OTHER);
    asked.add(" where exists (select from ").append(current()).add(" where ");
    asked.append(isSurplus(NOW)).add(" and ");
    asked.append(Table.same(OTHER, reference.columns(), NOW, reference.targets())).add(")");
    if (uncounted != null) {
      asked.add(" and (").append(uncounted).add(") is not true");
    }
    return count(tx, asked);
  }

  long surplus(Transaction tx) {
    return count(
        tx, sql("select count(*) from ").append(current()).add(" where ").append(isSurplus(NOW)));
  }

  /// Rows of the backup that are not there.
  long missing(Transaction tx) {
    return countOf(tx, isMissing());
  }

  private SqlText isMissing() {
    return sql("not exists (select from ")
        .append(current())
        .add(" where ")
        .append(table().sameKey(NOW, THEN))
        .add(")");
  }

  /// The accounts of rows that are missing or differ: those that they refer to by themselves, or by
  /// rows of others.
  List<OrganizationRows.Person> people(Transaction tx, List<Staged> others) {
    var people = new ArrayList<OrganizationRows.Person>();
    for (var reference : owned.references()) {
      if (isOfAccounts(reference)) {
        people.addAll(people(tx, temporary(), THEN, reference));
      }
      for (var other : others) {
        if (other.table().oid() == reference.to() && !other.equals(this)) {
          var joined =
              temporary()
                  .add(" join pg_temp.")
                  .name(other.name())
                  .add(" m on ")
                  .append(Table.same(THEN, reference.columns(), "m", reference.targets()));
          other.owned().references().stream()
              .filter(Staged::isOfAccounts)
              .forEach(account -> people.addAll(people(tx, joined, "m", account)));
        }
      }
    }
    return people;
  }

  private List<OrganizationRows.Person> people(
      Transaction tx, SqlText from, String alias, Reference account) {
    return tx.list(
        sql("select distinct u.id, coalesce(u.email, '') from ")
            .append(from)
            .add(" join auth.users u on ")
            .append(Table.same(alias, account.columns(), "u", account.targets()))
            .add(" left join ")
            .append(current())
            .add(" on ")
            .append(table().sameKey(NOW, THEN))
            .add(" where ")
            .name(NOW)
            .add(".")
            .name(table().key().get(0))
            .add(" is null or ")
            .append(differing())
            .add(" <> '{}' order by 2, 1")
            .statement(),
        row -> new OrganizationRows.Person(row.getObject(1, UUID.class), row.getString(2)));
  }

  private static boolean isOfAccounts(Reference reference) {
    return reference.toSchema().equals("auth") && reference.toName().equals("users");
  }

  Statement removal() {
    return sql("delete from ").append(current()).add(" where ").append(isSurplus(NOW)).statement();
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
            .add(" where ")
            .append(isMissing())
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
