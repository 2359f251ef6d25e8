package io.stabbur.moving.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.organization.PersonalKeys;
import io.stabbur.organization.rows.OrganizationRows;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.db.TransactionBody;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// Takes one organization out of a project into another one with the same schema: accounts of its
/// members, then its rows, which are encrypted there with that project's keys; files go by the
/// Storage APIs in between ([OrganizationFiles]). It is removed here when everything is there and
/// the same.
@Singleton
final class OrganizationMove {
  /// Files are encrypted for their project, so their rows and bytes come by the Storage APIs.
  private static final Set<String> NOT_WITH_THE_ROWS =
      Set.of("storage.objects", "stabbur_storage.object_keys");

  /// A lock that was not to be had in time, and a deadlock.
  private static final String NOT_THE_SAME = "move_not_the_same";

  private static final Set<String> LOCKED = Set.of("55P03", "40P01");

  private final OrganizationSchemas schemas;

  OrganizationMove(OrganizationSchemas schemas) {
    this.schemas = schemas;
  }

  /// What came over, or would.
  ///
  /// @param came accounts that the other project did not have
  /// @param staying members who keep their account here, too
  /// @param wasThere whether the other project had the organization already
  record Copied(Set<UUID> came, Set<UUID> staying, OrganizationRows.Result rows, boolean wasThere) {
    JsonNode json() {
      var tables = new JsonFields();
      rows.tables()
          .forEach(
              each ->
                  tables.put(
                      each.table(),
                      new JsonFields()
                          .put("same", number(each.same()))
                          .put("added", number(each.added()))
                          .put("changed", number(each.changed()))
                          .put("removed", number(each.removed()))
                          .put("left_out", number(each.leftOut()))
                          .json()));
      var leftOut = new JsonFields();
      rows.leftOut().forEach(leftOut::put);
      return new JsonFields()
          .put("accounts", number(came.size()))
          .put("staying", number(staying.size()))
          .put("there", JsonNode.createBooleanNode(wasThere))
          .put("tables", tables.json())
          .put("left_out", leftOut.json())
          .json();
    }
  }

  /// What was removed.
  ///
  /// @param accounts that went
  /// @param kept accounts that rows of others refer to
  record Removed(Map<String, Long> rows, int accounts, int kept) {
    Removed {
      rows = Map.copyOf(rows);
    }

    JsonNode json() {
      var tables = new JsonFields();
      rows.forEach((table, count) -> tables.put(table, number(count)));
      return new JsonFields()
          .put("tables", tables.json())
          .put("accounts", number(accounts))
          .put("kept", number(kept))
          .json();
    }
  }

  private static JsonNode number(long count) {
    return JsonNode.createNumberNode(count);
  }

  /// What is done.
  enum Step {
    /// Everything is taken back.
    TRY,
    /// An organization that is there already is compared, and refused where it differs: it may be
    /// in use there.
    COPY,
    /// What is there becomes what is here.
    AGAIN
  }

  /// Brings accounts and rows over.
  Copied copy(Project from, Project to, UUID organization, Step step) {
    requireOther(from, to);
    var accounts = new MovedAccounts(schemas.require(from), organization);
    var found =
        read(
            from,
            tx -> {
              var members = accounts.members(tx);
              return Map.entry(members, accounts.elsewhere(tx, members));
            });
    boolean wasThere = read(to, movedRows(from, to, organization, true)::isThere);
    if (step == Step.TRY) {
      return tried(from, to, accounts, found.getKey(), found.getValue(), wasThere);
    }
    if (wasThere && step == Step.COPY) {
      var same = movedRows(from, to, organization, true).run(from);
      requireUnchanged(same);
      return new Copied(
          accounts(from, to, accounts, found.getKey(), step), found.getValue(), same, true);
    }
    var came = accounts(from, to, accounts, found.getKey(), step);
    return new Copied(
        came, found.getValue(), movedRows(from, to, organization, false).run(from), wasThere);
  }

  private Set<UUID> accounts(
      Project from, Project to, MovedAccounts accounts, Set<UUID> members, Step step) {
    return read(
        from,
        source ->
            write(
                to,
                target -> {
                  var came = accounts.copy(source, target, members);
                  if (step == Step.AGAIN) {
                    var there = ownOnBothSides(source, target, to, accounts, members);
                    there.removeAll(came);
                    accounts.renew(source, target, there);
                  }
                  MovedTokens.copy(source, target, accounts.organization());
                  return came;
                }));
  }

  /// Members who belong to no other organization, here or there: what they sign in with there is
  /// what it is here. Others go on with what they have.
  private Set<UUID> ownOnBothSides(
      Transaction source,
      Transaction target,
      Project to,
      MovedAccounts accounts,
      Set<UUID> members) {
    var own = new TreeSet<>(members);
    own.removeAll(accounts.elsewhere(source, members));
    var there = new MovedAccounts(schemas.require(to), accounts.organization());
    own.removeAll(there.elsewhere(target, members));
    return own;
  }

  private static void requireUnchanged(OrganizationRows.Result result) {
    for (var rows : result.tables()) {
      if (rows.added() + rows.changed() + rows.removed() > 0) {
        throw new ApiException(
            new Refused(
                409,
                NOT_THE_SAME,
                "The organization is in the other project already and %s is not the same there; step again (--again) makes it as it is here and takes back what was written there. Nothing was written."
                    .formatted(rows.table())));
      }
    }
  }

  /// Rows would lack accounts that are not there yet; so they are only counted.
  private Copied tried(
      Project from,
      Project to,
      MovedAccounts accounts,
      Set<UUID> members,
      Set<UUID> staying,
      boolean wasThere) {
    var came =
        read(
            from,
            source ->
                write(
                    to,
                    target ->
                        switch (target.trial(trial -> accounts.copy(source, trial, members))) {
                          case Outcome.Answered<Set<UUID>>(var answer) -> answer;
                          case Outcome.Failed<Set<UUID>>(var failure) -> throw failure;
                        }));
    var rows =
        new OrganizationRows(
            from, schemas.require(from), request(accounts.organization(), from.name(), true));
    return new Copied(came, staying, read(from, rows::count), wasThere);
  }

  private OrganizationRows movedRows(Project from, Project to, UUID organization, boolean isTrial) {
    return new OrganizationRows(
        to, schemas.require(to), request(organization, from.name(), isTrial));
  }

  private static OrganizationRows.Request request(UUID organization, String name, boolean isTrial) {
    return new OrganizationRows.Request(
        organization,
        NOT_WITH_THE_ROWS,
        true,
        OrganizationRows.Kind.MOVED,
        Json.write(new JsonFields().put("project", name).json()),
        isTrial);
  }

  /// Removes the organization, its files' rows and the accounts that were its own, after everything
  /// was compared with the other project once more. From before the comparison to the end nobody
  /// writes to the tables, so what is removed is what was compared.
  Removed remove(Project from, Project to, UUID organization) {
    requireOther(from, to);
    var schema = schemas.require(from);
    var accounts = new MovedAccounts(schema, organization);
    try {
      return write(from, tx -> removed(tx, from, to, schema, accounts));
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database failure && LOCKED.contains(failure.sqlState())) {
        throw refused(
            "move_busy",
            "Others kept writing to the tables of the organization; run it again at a quiet time");
      }
      throw e;
    }
  }

  private Removed removed(
      Transaction tx, Project from, Project to, OrganizationSchema schema, MovedAccounts accounts) {
    var organization = accounts.organization();
    var here =
        new OrganizationRows(
            from,
            schema,
            new OrganizationRows.Request(
                organization, Set.of(), true, OrganizationRows.Kind.MOVED, "{}", false));
    here.lockTables(tx);
    requireSame(movedRows(from, to, organization, true).run(tx));
    requireSameFiles(tx, to, organization);
    var members = accounts.members(tx);
    requireThere(to, members);
    var own = new TreeSet<>(members);
    own.removeAll(accounts.elsewhere(tx, members));
    write(
        to,
        target -> {
          requireSameAccounts(tx, target, ownOnBothSides(tx, target, to, accounts, members));
          return MovedTokens.copy(tx, target, organization);
        });
    var rows = new LinkedHashMap<>(here.remove(tx));
    rows.put("stabbur.application_tokens", (long) MovedTokens.remove(tx, organization));
    var kept = accounts.remove(tx, own);
    return new Removed(rows, own.size() - kept.size(), kept.size());
  }

  private static void requireThere(Project to, Set<UUID> members) {
    long there =
        read(
            to,
            tx ->
                tx.first(
                        Statement.of(
                            "select count(*) from auth.users where id = any (?::uuid[])",
                            (Object) AccountTable.ids(members)),
                        row -> row.getLong(1))
                    .orElse(0L));
    if (there != members.size()) {
      throw refused("%d members have no account there".formatted(members.size() - there));
    }
  }

  /// A password that was changed after the copy would be the old one again, and so would a profile.
  private static void requireSameAccounts(Transaction from, Transaction to, Set<UUID> accounts) {
    int different = MovedAccounts.different(from, to, accounts).size();
    if (different > 0) {
      throw refused(
          NOT_THE_SAME,
          "The profile, role, address, password or second factor of %d members is not the same there; step again (--again) makes it as it is here"
              .formatted(different));
    }
  }

  private static void requireSame(OrganizationRows.Result result) {
    for (var rows : result.tables()) {
      if (rows.leftOut() > 0) {
        throw refused(
            "%d rows of %s need accounts of people who are no members, such as invitations that wait; remove those first"
                .formatted(rows.leftOut(), rows.table()));
      }
      if (rows.added() + rows.changed() + rows.removed() > 0) {
        throw refused(NOT_THE_SAME, "%s is not the same there".formatted(rows.table()));
      }
    }
  }

  private static void requireSameFiles(Transaction source, Project to, UUID organization) {
    if (!files(source, organization).equals(read(to, tx -> files(tx, organization)))) {
      throw refused(
          NOT_THE_SAME,
          "Its files are not the same there; --again copies those that are here, and a file that is"
              + " there alone has to be removed there");
    }
  }

  /// A file in the other project has the times of the one that was copied, until one of them is
  /// replaced. What was measured of the bytes may differ: the digest of an upload in parts.
  private static String files(Transaction tx, UUID organization) {
    return tx.first(
            Statement.of(
                """
                select count(*) || ' ' || coalesce(md5(string_agg(
                  format('%s %s %s %s %s %s %s', bucket_id, name, owner_id, metadata ->> 'size',
                    extract(epoch from created_at), extract(epoch from updated_at), user_metadata),
                  ',' order by bucket_id, name)), '')
                from storage.objects where split_part(name, '/', 1) = ?\
                """,
                organization.toString()),
            row -> row.getString(1))
        .orElse("");
  }

  private static void requireOther(Project from, Project to) {
    if (from.name().equals(to.name())) {
      throw refused("The organization is in this project already");
    }
  }

  private static ApiException refused(String reason) {
    return refused("move_refused", reason);
  }

  private static ApiException refused(String code, String reason) {
    return new ApiException(new Refused(409, code, reason + "; nothing was removed."));
  }

  private static <T> T read(Project project, TransactionBody<T> body) {
    return project.admin().transaction(owner(project), Access.READ, body);
  }

  private static <T> T write(Project project, TransactionBody<T> body) {
    return project.admin().transaction(owner(project), Access.WRITE, body);
  }

  private static Actor owner(Project project) {
    return Actor.of("postgres")
        .with("statement_timeout", "0")
        .with("lock_timeout", "10s")
        .with("storage.allow_delete_query", "true")
        .with(PersonalKeys.SETTING, PersonalKeys.of(project).forMaintenance());
  }
}
