package io.stabbur.moving.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// A table with rows of accounts, whose rows go from one project to another.
///
/// @param key the column that is the account's id
/// @param columns all that can be written
/// @param personal those that are encrypted
record AccountTable(
    String schema, String name, String key, List<String> columns, Set<String> personal) {
  private static final Statement KEPT =
      Statement.of(SqlFile.of(AccountTable.class, "kept-for-accounts"));

  /// The time of a change is the database's.
  private static final Set<String> NOT_COMPARED = Set.of("updated_at");

  /// One of the platform's, with the columns that both sides have.
  static AccountTable shared(
      Transaction from, Transaction to, String schema, String name, String key) {
    var title = schema + "." + name;
    var both = new ArrayList<>(columns(to, title));
    both.retainAll(columns(from, title));
    return new AccountTable(schema, name, key, both, Set.of());
  }

  /// Those that have rows of accounts by the schema's own doing, such as profiles, which go with
  /// the account. Whether an account has one may say something about rights, unless
  /// [#isOfEveryAccount].
  static List<AccountTable> kept(Transaction tx) {
    return tx.list(
        KEPT,
        row ->
            new AccountTable(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                List.of((String[]) row.getArray(4).getArray()),
                Set.of((String[]) row.getArray(5).getArray())));
  }

  private static List<String> columns(Transaction tx, String title) {
    return tx.list(
        Statement.of(
            "select attname::text from pg_catalog.pg_attribute where attrelid = to_regclass(?)"
                + " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
            title),
        row -> row.getString(1));
  }

  static String[] ids(Set<UUID> accounts) {
    return accounts.stream().map(UUID::toString).toArray(String[]::new);
  }

  String title() {
    return schema + "." + name;
  }

  private SqlText quoted() {
    return new SqlText().name(schema).add(".").name(name);
  }

  /// Rows as a JSON array, with personal data in clear.
  String rows(Transaction tx, Set<UUID> accounts) {
    var row = new SqlText().add("to_jsonb(t)");
    for (var column : personal) {
      row.add(" || jsonb_build_object(")
          .value(column)
          .add("::text, stabbur_organization.open(t.")
          .name(column)
          .add("::text))");
    }
    return tx.first(
            new SqlText()
                .add("select coalesce(jsonb_agg(")
                .append(row)
                .add("), '[]')::text from ")
                .append(quoted())
                .add(" t where ")
                .append(isOf("t", accounts))
                .statement(),
            found -> found.getString(1))
        .orElse("[]");
  }

  /// Whether all accounts have a row: then having one grants nothing that another account lacks.
  ///
  /// @param besides accounts that are not looked at
  private boolean isOfEveryAccount(Transaction tx, Set<UUID> besides) {
    return tx.first(
            new SqlText()
                .add("select not exists (select from auth.users u where u.id <> all (")
                .value(ids(besides))
                .add("::uuid[]) and not exists (select from ")
                .append(quoted())
                .add(" t where t.")
                .name(key)
                .add(" = u.id))")
                .statement(),
            row -> row.getBoolean(1))
        .orElse(false);
  }

  /// Whether rows that accounts lack in the other project may be added there: all other accounts
  /// have one on both sides. A table of some accounts, such as of staff, grants rights.
  private boolean mayBeAdded(Transaction from, Transaction to, Set<UUID> accounts) {
    return isOfEveryAccount(from, Set.of()) && isOfEveryAccount(to, accounts);
  }

  /// Whose rows in the other project [#renew] would change or add. Values that the other project
  /// computes by itself, such as with its own keys, and the times of changes are its own.
  Set<UUID> outdated(Transaction from, Transaction to, Set<UUID> accounts) {
    var here = values(from, accounts);
    var there = values(to, accounts);
    var again =
        switch (to.trial(
            trial -> {
              update(trial, rows(from, accounts));
              return values(trial, accounts);
            })) {
          case Outcome.Answered<Map<UUID, Map<String, JsonNode>>>(var answer) -> answer;
          case Outcome.Failed<Map<UUID, Map<String, JsonNode>>>(var failure) -> throw failure;
        };
    boolean isOutdatedWithout = mayBeAdded(from, to, accounts);
    var outdated = new TreeSet<UUID>();
    here.forEach(
        (account, row) -> {
          var now = there.getOrDefault(account, Map.of());
          var then = again.getOrDefault(account, Map.of());
          if (now.isEmpty()) {
            if (isOutdatedWithout) {
              outdated.add(account);
            }
          } else if (row.keySet().stream()
              .anyMatch(
                  column ->
                      !Objects.equals(now.get(column), row.get(column))
                          && Objects.equals(then.get(column), row.get(column)))) {
            outdated.add(account);
          }
        });
    return outdated;
  }

  private Map<UUID, Map<String, JsonNode>> values(Transaction tx, Set<UUID> accounts) {
    var values = new HashMap<UUID, Map<String, JsonNode>>();
    for (var row : Json.parse(rows(tx, accounts)).values()) {
      var each = new HashMap<String, JsonNode>();
      for (var value : row.entries()) {
        if (columns.contains(value.getKey()) && !NOT_COMPARED.contains(value.getKey())) {
          each.put(value.getKey(), value.getValue());
        }
      }
      values.put(UUID.fromString(Objects.requireNonNull(row.get(key)).getStringValue()), each);
    }
    return values;
  }

  private SqlText isOf(String alias, Set<UUID> accounts) {
    return new SqlText()
        .name(alias)
        .add(".")
        .name(key)
        .add(" = any (")
        .value(ids(accounts))
        .add("::uuid[])");
  }

  /// Locks the rows of accounts until the transaction ends.
  void lock(Transaction tx, Set<UUID> accounts) {
    tx.update(
        new SqlText()
            .add("select from ")
            .append(quoted())
            .add(" t where ")
            .append(isOf("t", accounts))
            .add(" for update of t")
            .statement());
  }

  /// Adds rows; refused by Postgres where there are such already.
  void insert(Transaction tx, String rows) {
    tx.update(
        new SqlText()
            .add("insert into ")
            .append(quoted())
            .add(" (")
            .append(names("", columns))
            .add(") select ")
            .append(names("r", columns))
            .append(from(rows))
            .statement());
  }

  /// Gives the rows that are there these values.
  void update(Transaction tx, String rows) {
    var set = new SqlText();
    boolean isFirst = true;
    for (var column : columns) {
      if (!column.equals(key)) {
        set.add(isFirst ? "" : ", ").name(column).add(" = r.").name(column);
        isFirst = false;
      }
    }
    if (!isFirst) {
      tx.update(
          new SqlText()
              .add("update ")
              .append(quoted())
              .add(" t set ")
              .append(set)
              .append(from(rows))
              .add(" where t.")
              .name(key)
              .add(" = r.")
              .name(key)
              .statement());
    }
  }

  /// Gives the rows of accounts the values that they have here, and adds those that are not there,
  /// where having one grants nothing.
  void renew(Transaction from, Transaction to, Set<UUID> accounts) {
    var rows = rows(from, accounts);
    update(to, rows);
    if (mayBeAdded(from, to, accounts)) {
      add(to, rows);
    }
  }

  /// Adds the rows that are not there.
  private void add(Transaction tx, String rows) {
    // insert into "public"."profiles" ("id") select "r"."id" from … r
    //   where not exists (select from "public"."profiles" t where t."id" = r."id")
    tx.update(
        new SqlText()
            .add("insert into ")
            .append(quoted())
            .add(" (")
            .append(names("", columns))
            .add(") select ")
            .append(names("r", columns))
            .append(from(rows))
            .add(" where not exists (select from ")
            .append(quoted())
            .add(" t where t.")
            .name(key)
            .add(" = r.")
            .name(key)
            .add(")")
            .statement());
  }

  void delete(Transaction tx, Set<UUID> accounts) {
    tx.update(
        new SqlText()
            .add("delete from ")
            .append(quoted())
            .add(" t where ")
            .append(isOf("t", accounts))
            .statement());
  }

  /// ` from jsonb_populate_recordset(null::"public"."profiles", ?::jsonb) r`.
  private SqlText from(String rows) {
    return new SqlText()
        .add(" from jsonb_populate_recordset(null::")
        .append(quoted())
        .add(", ")
        .value(new Jsonb(rows))
        .add("::jsonb) r");
  }

  private static SqlText names(String alias, List<String> names) {
    var text = new SqlText();
    for (int i = 0; i < names.size(); i++) {
      text.add(i == 0 ? "" : ", ");
      if (!alias.isEmpty()) {
        text.name(alias).add(".");
      }
      text.name(names.get(i));
    }
    return text;
  }
}
