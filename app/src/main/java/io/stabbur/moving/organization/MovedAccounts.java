package io.stabbur.moving.organization;

import io.stabbur.organization.OrganizationSchema;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// The accounts of an organization's members: with their passwords, identities of providers and
/// second factors, and with the rows that the schema keeps for each account, such as a profile.
/// Sessions stay behind: their tokens are signed with another key.
record MovedAccounts(OrganizationSchema schema, UUID organization) {
  private static final String USERS = "auth.users";

  /// Tables of accounts, and the column that says whose a row is.
  private static final Map<String, String> TABLES = tables();

  private static final Statement KEPT_FOR_ACCOUNTS =
      Statement.of(SqlFile.of(MovedAccounts.class, "kept-for-accounts"));

  private static final Statement OWN_TABLES =
      Statement.of(SqlFile.of(MovedAccounts.class, "own-tables"));

  private static Map<String, String> tables() {
    var tables = new LinkedHashMap<String, String>();
    tables.put(USERS, "id");
    tables.put("auth.identities", "user_id");
    tables.put("auth.mfa_factors", "user_id");
    return tables;
  }

  /// A table with rows of accounts.
  ///
  /// @param key the column that is the account's id
  /// @param columns all that can be written
  /// @param personal those that are encrypted
  private record Kept(
      String schema, String name, String key, List<String> columns, Set<String> personal) {}

  static String[] ids(Set<UUID> accounts) {
    return accounts.stream().map(UUID::toString).toArray(String[]::new);
  }

  /// The members, those apart who have not accepted.
  Set<UUID> members(Transaction tx) {
    var members = new TreeSet<UUID>();
    for (var json :
        tx.list(schema.call("members", organization), row -> String.valueOf(row.getString(1)))) {
      for (var member : Json.parse(json).values()) {
        var id = member.get("user_id");
        if (id != null && id.isString()) {
          members.add(UUID.fromString(id.getStringValue()));
        }
      }
    }
    return members;
  }

  /// Those of them who belong to other organizations too, or run the platform: their accounts stay.
  Set<UUID> elsewhere(Transaction tx, Set<UUID> members) {
    var elsewhere = new HashSet<UUID>();
    for (var member : members) {
      var claims =
          tx.list(
              new SqlText()
                  .add("select ")
                  .append(schema.function("membership_claims"))
                  .add("(")
                  .value(member)
                  .add(", null)")
                  .statement(),
              row -> String.valueOf(row.getString(1)));
      if (claims.stream().anyMatch(this::namesAnother)) {
        elsewhere.add(member);
      }
    }
    if (schema.provides("people")) {
      var people =
          tx.list(
              new SqlText()
                  .add("select ")
                  .append(schema.function("people"))
                  .add("(")
                  .value(ids(members))
                  .add("::uuid[])")
                  .statement(),
              row -> String.valueOf(row.getString(1)));
      for (var json : people) {
        for (var person : Json.parse(json).entries()) {
          if (namesAnother(Json.write(person.getValue()))) {
            elsewhere.add(UUID.fromString(person.getKey()));
          }
        }
      }
    }
    if (schema.provides("platform_admins")) {
      for (var json :
          tx.list(schema.call("platform_admins"), row -> String.valueOf(row.getString(1)))) {
        for (var admin : Json.parse(json).values()) {
          var id = admin.get("user_id");
          if (id != null && members.contains(UUID.fromString(id.getStringValue()))) {
            elsewhere.add(UUID.fromString(id.getStringValue()));
          }
        }
      }
    }
    return elsewhere;
  }

  /// Whether claims or memberships name another organization.
  private boolean namesAnother(String json) {
    if (json.equals("null")) {
      return false;
    }
    var object = Json.parse(json);
    var claims = object.get("organizations");
    var memberships = object.get("member_of");
    var list = claims == null ? memberships : claims;
    if (list == null || !list.isArray()) {
      return false;
    }
    for (var each : list.values()) {
      var id = each.get(claims == null ? "organization_id" : "id");
      if (id != null && !id.coerceStringValue().equals(organization.toString())) {
        return true;
      }
    }
    return false;
  }

  /// Brings the accounts over that are not there.
  ///
  /// @return those that came
  Set<UUID> copy(Transaction from, Transaction to, Set<UUID> members) {
    var missing = new TreeSet<>(members);
    missing.removeAll(
        to.list(
            Statement.of(
                "select id from auth.users where id = any (?::uuid[])", (Object) ids(members)),
            row -> row.getObject(1, UUID.class)));
    if (missing.isEmpty()) {
      return missing;
    }
    requireFreeAddresses(from, to, missing);
    for (var table : TABLES.entrySet()) {
      var dot = table.getKey().indexOf('.');
      var kept =
          new Kept(
              table.getKey().substring(0, dot),
              table.getKey().substring(dot + 1),
              table.getValue(),
              columns(to, table.getKey(), columns(from, table.getKey(), List.of())),
              Set.of());
      insert(to, kept, rows(from, kept, missing));
    }
    copyProof(from, to, missing);
    for (var kept : kept(to)) {
      update(to, kept, rows(from, kept, missing));
    }
    return missing;
  }

  private static void requireFreeAddresses(Transaction from, Transaction to, Set<UUID> accounts) {
    var addresses =
        from.list(
            Statement.of(
                "select lower(email) from auth.users where id = any (?::uuid[]) and email is not null",
                (Object) ids(accounts)),
            row -> row.getString(1));
    long taken =
        to.first(
                Statement.of(
                    "select count(*) from auth.users where lower(email) = any (?)",
                    (Object) addresses.toArray(String[]::new)),
                row -> row.getLong(1))
            .orElse(0L);
    if (taken > 0) {
      throw new ApiException(
          new Refused(
              409,
              "move_refused",
              "%d members have accounts of other ids in the other project; remove those first. Nothing was written."
                  .formatted(taken)));
    }
  }

  /// What can be written, of those columns if some are given.
  private static List<String> columns(Transaction tx, String table, List<String> among) {
    var columns =
        tx.list(
            Statement.of(
                "select attname::text from pg_catalog.pg_attribute where attrelid = to_regclass(?)"
                    + " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
                table),
            row -> row.getString(1));
    var both = new ArrayList<>(columns);
    if (!among.isEmpty()) {
      both.retainAll(among);
    }
    return both;
  }

  /// Rows as a JSON array, with personal data in clear.
  private static String rows(Transaction tx, Kept kept, Set<UUID> accounts) {
    var row = new SqlText().add("to_jsonb(t)");
    for (var column : kept.personal()) {
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
                .name(kept.schema())
                .add(".")
                .name(kept.name())
                .add(" t where t.")
                .name(kept.key())
                .add(" = any (")
                .value(ids(accounts))
                .add("::uuid[])")
                .statement(),
            found -> found.getString(1))
        .orElse("[]");
  }

  private static void insert(Transaction tx, Kept kept, String rows) {
    tx.update(
        new SqlText()
            .add("insert into ")
            .name(kept.schema())
            .add(".")
            .name(kept.name())
            .add(" (")
            .append(names("", kept.columns()))
            .add(") select ")
            .append(names("r", kept.columns()))
            .add(" from jsonb_populate_recordset(null::")
            .name(kept.schema())
            .add(".")
            .name(kept.name())
            .add(", ")
            .value(new Jsonb(rows))
            .add("::jsonb) r on conflict do nothing")
            .statement());
  }

  private static void update(Transaction tx, Kept kept, String rows) {
    var set = new SqlText();
    boolean isFirst = true;
    for (var column : kept.columns()) {
      if (!column.equals(kept.key())) {
        set.add(isFirst ? "" : ", ").name(column).add(" = r.").name(column);
        isFirst = false;
      }
    }
    if (!isFirst) {
      tx.update(
          new SqlText()
              .add("update ")
              .name(kept.schema())
              .add(".")
              .name(kept.name())
              .add(" t set ")
              .append(set)
              .add(" from jsonb_populate_recordset(null::")
              .name(kept.schema())
              .add(".")
              .name(kept.name())
              .add(", ")
              .value(new Jsonb(rows))
              .add("::jsonb) r where t.")
              .name(kept.key())
              .add(" = r.")
              .name(kept.key())
              .statement());
    }
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

  /// An account that its person has proven here is proven there, and no other.
  private static void copyProof(Transaction from, Transaction to, Set<UUID> accounts) {
    var kept =
        new Kept(
            "stabbur_auth",
            "unproven",
            "user_id",
            columns(to, "stabbur_auth.unproven", columns(from, "stabbur_auth.unproven", List.of())),
            Set.of());
    to.update(
        Statement.of(
            "delete from stabbur_auth.unproven where user_id = any (?::uuid[])",
            (Object) ids(accounts)));
    insert(to, kept, rows(from, kept, accounts));
  }

  /// Tables that have one row for each account by the schema's own doing, such as profiles: a row
  /// there says nothing about rights.
  private static List<Kept> kept(Transaction tx) {
    return tx.list(
        KEPT_FOR_ACCOUNTS,
        row ->
            new Kept(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                List.of((String[]) row.getArray(4).getArray()),
                Set.of((String[]) row.getArray(5).getArray())));
  }

  /// Removes accounts that nobody needs any more. Their rows are locked first, so that nobody
  /// begins to refer to them meanwhile.
  ///
  /// @return those that others' rows refer to, which stay
  Set<UUID> remove(Transaction tx, Set<UUID> accounts) {
    var own = Set.copyOf(tx.list(OWN_TABLES, row -> row.getString(1)));
    var kept = new TreeSet<>(AccountReferences.read(tx, own).referred(tx, accounts));
    for (var account : accounts) {
      if (kept.contains(account)) {
        continue;
      }
      switch (tx.step(
          step -> step.update(Statement.of("delete from auth.users where id = ?", account)))) {
        case Outcome.Answered<Integer> _ -> {}
        case Outcome.Failed<Integer> _ -> kept.add(account);
      }
    }
    return kept;
  }
}
