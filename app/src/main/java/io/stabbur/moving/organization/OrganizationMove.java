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

  private final OrganizationSchemas schemas;

  OrganizationMove(OrganizationSchemas schemas) {
    this.schemas = schemas;
  }

  /// What came over, or would.
  ///
  /// @param came accounts that the other project did not have
  /// @param staying members who keep their account here, too
  record Copied(Set<UUID> came, Set<UUID> staying, OrganizationRows.Result rows) {
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

  /// Brings accounts and rows over; tried and taken back where it is a trial.
  Copied copy(Project from, Project to, UUID organization, boolean isTrial) {
    requireOther(from, to);
    var accounts = new MovedAccounts(schemas.require(from), organization);
    var found =
        read(
            from,
            tx -> {
              var members = accounts.members(tx);
              return Map.entry(members, accounts.elsewhere(tx, members));
            });
    if (isTrial) {
      return tried(from, to, accounts, found.getKey(), found.getValue());
    }
    var came =
        read(from, source -> write(to, target -> accounts.copy(source, target, found.getKey())));
    return new Copied(came, found.getValue(), rows(from, to, organization, false));
  }

  /// Rows would lack accounts that are not there yet; so they are only counted.
  private Copied tried(
      Project from, Project to, MovedAccounts accounts, Set<UUID> members, Set<UUID> staying) {
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
    return new Copied(came, staying, read(from, rows::count));
  }

  private OrganizationRows.Result rows(
      Project from, Project to, UUID organization, boolean isTrial) {
    return new OrganizationRows(
            to, schemas.require(to), request(organization, from.name(), isTrial))
        .run(from);
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
  /// was compared with the other project once more.
  Removed remove(Project from, Project to, UUID organization) {
    requireOther(from, to);
    var schema = schemas.require(from);
    requireSame(rows(from, to, organization, true));
    requireSameFiles(from, to, organization);
    var accounts = new MovedAccounts(schema, organization);
    return write(from, tx -> removed(tx, from, to, schema, accounts));
  }

  private Removed removed(
      Transaction tx, Project from, Project to, OrganizationSchema schema, MovedAccounts accounts) {
    var organization = accounts.organization();
    var members = accounts.members(tx);
    requireThere(to, members);
    var own = new TreeSet<>(members);
    own.removeAll(accounts.elsewhere(tx, members));
    var rows =
        new LinkedHashMap<>(
            new OrganizationRows(
                    from,
                    schema,
                    new OrganizationRows.Request(
                        organization, Set.of(), true, OrganizationRows.Kind.MOVED, "{}", false))
                .remove(tx));
    rows.put(
        "stabbur.application_tokens",
        (long)
            tx.update(
                Statement.of(
                    "delete from stabbur.application_tokens where organization_id = ?",
                    organization)));
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
                            (Object) MovedAccounts.ids(members)),
                        row -> row.getLong(1))
                    .orElse(0L));
    if (there != members.size()) {
      throw refused("%d members have no account there".formatted(members.size() - there));
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
        throw refused("%s is not the same there".formatted(rows.table()));
      }
    }
  }

  private static void requireSameFiles(Project from, Project to, UUID organization) {
    if (!read(from, tx -> files(tx, organization))
        .equals(read(to, tx -> files(tx, organization)))) {
      throw refused("Its files are not the same there");
    }
  }

  private static String files(Transaction tx, UUID organization) {
    return tx.first(
            Statement.of(
                """
                select count(*) || ' ' || coalesce(md5(string_agg(
                  format('%s %s %s %s', bucket_id, name, owner_id, metadata ->> 'size'), ',' order by bucket_id, name)), '')
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
    return new ApiException(new Refused(409, "move_refused", reason + "; nothing was removed."));
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
