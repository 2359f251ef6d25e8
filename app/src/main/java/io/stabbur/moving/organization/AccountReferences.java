package io.stabbur.moving.organization;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What refers to accounts by foreign keys, at first hand or by rows that go with the account: such
/// a row would be deleted or changed with the account.
///
/// @param keys all foreign keys of the database
/// @param own tables whose rows are the account's and go with it, besides those of the schemas of
///   accounts
record AccountReferences(List<Key> keys, Set<String> own) {
  private static final Statement KEYS =
      Statement.of(SqlFile.of(AccountReferences.class, "references"));
  private static final Set<String> SCHEMAS = Set.of("auth", "stabbur_auth");
  private static final String ACCOUNT = "u";

  /// A foreign key.
  record Key(
      String schema,
      String name,
      String toSchema,
      String toName,
      List<String> columns,
      List<String> targets) {}

  /// A table with rows of accounts, and how one comes from an account to them: by no key to the
  /// accounts themselves.
  private record Reached(String schema, String name, @Nullable Reached from, @Nullable Key by) {
    boolean has(String otherSchema, String otherName) {
      return (schema.equals(otherSchema) && name.equals(otherName))
          || (from != null && from.has(otherSchema, otherName));
    }

    SqlText sql() {
      return new SqlText().name(schema).add(".").name(name);
    }

    /// Whether a row is of the account.
    SqlText isOfAccount(String alias) {
      return from == null || by == null
          ? new SqlText().name(alias).add(".id = ").name(ACCOUNT).add(".id")
          : from.isReferredTo(alias, by);
    }

    /// Whether a row refers to one of this table which is of the account.
    SqlText isReferredTo(String alias, Key key) {
      var above = alias + "_";
      var sql = new SqlText().add("exists (select from ").append(sql()).add(" ").name(above);
      sql.add(" where ");
      for (int i = 0; i < key.columns().size(); i++) {
        sql.name(alias).add(".").name(key.columns().get(i)).add(" = ");
        sql.name(above).add(".").name(key.targets().get(i)).add(" and ");
      }
      return sql.append(isOfAccount(above)).add(")");
    }
  }

  static AccountReferences read(Transaction tx, Set<String> own) {
    return new AccountReferences(
        tx.list(
            KEYS,
            row ->
                new Key(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    List.of((String[]) row.getArray(5).getArray()),
                    List.of((String[]) row.getArray(6).getArray()))),
        own);
  }

  AccountReferences {
    keys = List.copyOf(keys);
    own = Set.copyOf(own);
  }

  private boolean isOwn(Key key) {
    return SCHEMAS.contains(key.schema()) || own.contains(key.schema() + '.' + key.name());
  }

  /// Those of the accounts that rows of others refer to; the accounts' own rows are locked.
  Set<UUID> referred(Transaction tx, Set<UUID> accounts) {
    var reached = new ArrayList<Reached>();
    reached.add(new Reached("auth", "users", null, null));
    for (int i = 0; i < reached.size(); i++) {
      var each = reached.get(i);
      for (var key : to(each)) {
        if (isOwn(key) && !each.has(key.schema(), key.name())) {
          reached.add(new Reached(key.schema(), key.name(), each, key));
        }
      }
    }
    reached.forEach(each -> lock(tx, each, accounts));
    var referred = new TreeSet<UUID>();
    for (var each : reached) {
      for (var key : to(each)) {
        if (!isOwn(key)) {
          referred.addAll(referred(tx, each, key, accounts));
        }
      }
    }
    return referred;
  }

  private List<Key> to(Reached table) {
    return keys.stream()
        .filter(key -> key.toSchema().equals(table.schema()) && key.toName().equals(table.name()))
        .toList();
  }

  private static SqlText accounts(Set<UUID> accounts) {
    return new SqlText()
        .name(ACCOUNT)
        .add(".id = any (")
        .value(AccountTable.ids(accounts))
        .add("::uuid[])");
  }

  private static void lock(Transaction tx, Reached table, Set<UUID> accounts) {
    tx.update(
        new SqlText()
            .add("select from ")
            .append(table.sql())
            .add(" t where exists (select from auth.users ")
            .name(ACCOUNT)
            .add(" where ")
            .append(accounts(accounts))
            .add(" and ")
            .append(table.isOfAccount("t"))
            .add(") for update of t")
            .statement());
  }

  private static List<UUID> referred(Transaction tx, Reached table, Key key, Set<UUID> accounts) {
    return tx.list(
        new SqlText()
            .add("select ")
            .name(ACCOUNT)
            .add(".id from auth.users ")
            .name(ACCOUNT)
            .add(" where ")
            .append(accounts(accounts))
            .add(" and exists (select from ")
            .name(key.schema())
            .add(".")
            .name(key.name())
            .add(" t where ")
            .append(table.isReferredTo("t", key))
            .add(")")
            .statement(),
        row -> row.getObject(1, UUID.class));
  }
}
