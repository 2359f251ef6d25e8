package io.stabbur.moving.organization;

import io.stabbur.organization.OrganizationSchema;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// The accounts of an organization's members: with their passwords, identities of providers,
/// passkeys and second factors, and with the rows that the schema keeps for each account, such as a
/// profile. Sessions stay behind: their tokens are signed with another key.
record MovedAccounts(OrganizationSchema schema, UUID organization) {
  /// Two accounts with one address, number or identity.
  private static final String TAKEN = "23505";

  private static final String CREDENTIALS = SqlFile.of(MovedAccounts.class, "credentials");
  private static final String PASSKEYS = SqlFile.of(MovedAccounts.class, "passkeys");
  private static final Statement HAS_PASSKEYS =
      Statement.of("select to_regclass('auth.webauthn_credentials') is not null");

  /// Whose rows are the account itself, those first that others refer to.
  private static List<AccountTable> tables(Transaction from, Transaction to) {
    var tables =
        new ArrayList<>(
            List.of(
                AccountTable.shared(from, to, "auth", "users", "id"),
                AccountTable.shared(from, to, "auth", "identities", "user_id"),
                AccountTable.shared(from, to, "auth", "mfa_factors", "user_id")));
    if (hasPasskeys(from) && hasPasskeys(to)) {
      tables.add(AccountTable.shared(from, to, "auth", "webauthn_credentials", "user_id"));
    }
    return tables;
  }

  /// A hosted project may be of an earlier version.
  private static boolean hasPasskeys(Transaction tx) {
    return tx.first(HAS_PASSKEYS, row -> row.getBoolean(1)).orElse(false);
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
                  .value(AccountTable.ids(members))
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
                "select id from auth.users where id = any (?::uuid[])",
                (Object) AccountTable.ids(members)),
            row -> row.getObject(1, UUID.class)));
    if (missing.isEmpty()) {
      return missing;
    }
    for (var table : tables(from, to)) {
      insert(from, to, table, missing);
    }
    copyProof(from, to, missing);
    // the other project's own triggers have just made the rows that these accounts have there
    for (var kept : AccountTable.kept(to)) {
      orTaken(kept, () -> kept.update(to, kept.rows(from, missing)));
    }
    return missing;
  }

  /// Makes what people sign in with in the other project what it is here, and their profiles.
  void renew(Transaction from, Transaction to, Set<UUID> accounts) {
    var tables = tables(from, to);
    var users = tables.getFirst();
    users.update(to, users.rows(from, accounts));
    for (var table : tables.subList(1, tables.size())) {
      table.delete(to, accounts);
      insert(from, to, table, accounts);
    }
    if (hasPasskeys(to) && !hasPasskeys(from)) {
      AccountTable.shared(from, to, "auth", "webauthn_credentials", "user_id").delete(to, accounts);
    }
    copyProof(from, to, accounts);
    for (var kept : AccountTable.kept(to)) {
      orTaken(kept, () -> kept.renew(from, to, accounts));
    }
  }

  /// Does work with rows that the schema keeps for accounts; refused where they have a value that
  /// is unique, and others' rows in the other project have it already.
  private static void orTaken(AccountTable kept, Runnable work) {
    try {
      work.run();
    } catch (ApiException e) {
      throw isTaken(e)
          ? new ApiException(
              new Refused(
                  409,
                  "move_taken",
                  "Rows of members in %s have values that must be unique and that rows of others in the other project have already; change those first. Nothing was written."
                      .formatted(kept.title())))
          : e;
    }
  }

  private static boolean isTaken(ApiException e) {
    return e.error() instanceof Failure.Database failure && failure.sqlState().equals(TAKEN);
  }

  private static void insert(
      Transaction from, Transaction to, AccountTable table, Set<UUID> accounts) {
    try {
      table.insert(to, table.rows(from, accounts));
    } catch (ApiException e) {
      if (isTaken(e)) {
        throw new ApiException(
            new Refused(
                409,
                "move_taken",
                "Members have accounts of other ids in the other project (the same address, number, identity or factor in %s); remove those first. Nothing was written."
                    .formatted(table.title())));
      }
      throw e;
    }
  }

  /// An account that its person has proven here is proven there, and no other.
  private static void copyProof(Transaction from, Transaction to, Set<UUID> accounts) {
    var unproven = AccountTable.shared(from, to, "stabbur_auth", "unproven", "user_id");
    unproven.delete(to, accounts);
    unproven.insert(to, unproven.rows(from, accounts));
  }

  /// Those who sign in with something else in the other project, have another profile there, or are
  /// not there; their rows here are locked.
  static Set<UUID> different(Transaction from, Transaction to, Set<UUID> accounts) {
    tables(from, to).forEach(table -> table.lock(from, accounts));
    var different = new TreeSet<UUID>();
    addDiffering(
        different, digests(CREDENTIALS, from, accounts), digests(CREDENTIALS, to, accounts));
    addDiffering(different, passkeys(from, accounts), passkeys(to, accounts));
    for (var kept : AccountTable.kept(from)) {
      kept.lock(from, accounts);
      orTaken(kept, () -> different.addAll(kept.outdated(from, to, accounts)));
    }
    return different;
  }

  /// Adds those who have something on one side alone, or not the same on both.
  private static void addDiffering(
      Set<UUID> different, Map<UUID, String> here, Map<UUID, String> there) {
    var all = new TreeSet<>(here.keySet());
    all.addAll(there.keySet());
    all.removeIf(account -> Objects.equals(here.get(account), there.get(account)));
    different.addAll(all);
  }

  /// No passkeys are an empty text, also where there is no table of them.
  private static Map<UUID, String> passkeys(Transaction tx, Set<UUID> accounts) {
    return hasPasskeys(tx)
        ? digests(PASSKEYS, tx, accounts)
        : accounts.stream().collect(Collectors.toMap(account -> account, _ -> ""));
  }

  private static Map<UUID, String> digests(String question, Transaction tx, Set<UUID> accounts) {
    var digests = new HashMap<UUID, String>();
    for (var each :
        tx.list(
            Statement.of(question, (Object) AccountTable.ids(accounts)),
            row -> Map.entry(row.getObject(1, UUID.class), row.getString(2)))) {
      digests.put(each.getKey(), each.getValue());
    }
    return digests;
  }

  /// Removes accounts that nobody needs any more. Their rows are locked first, so that nobody
  /// begins to refer to them meanwhile.
  ///
  /// @return those that others' rows refer to, which stay
  Set<UUID> remove(Transaction tx, Set<UUID> accounts) {
    var own = AccountTable.kept(tx).stream().map(AccountTable::title).collect(Collectors.toSet());
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
