package io.stabbur.organization.rows;

import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.PersonalKeys;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.FileKeys;
import io.stabbur.project.Project;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes the rows of one organization what they were in a backup, or are in another project, in one
/// transaction of the running database: rows the backup does not have are removed, rows that differ
/// are changed, rows that are gone are added with their keys. Triggers run, so that each change is
/// audited and told to clients. No row of somebody else is written: that is asked before anything
/// is written and once more before the commit.
public final class OrganizationRows {
  private final Project project;
  private final OrganizationSchema schema;
  private final Request request;

  /// What is asked for.
  ///
  /// @param except tables that stay as they are
  /// @param hasMembers whether memberships and invitations are among the rows: whoever was
  ///   dismissed since has access again
  /// @param kind where the rows come from
  /// @param origin the backup or the project, for the audit log, as JSON
  /// @param isTrial whether everything is taken back at the end
  public record Request(
      UUID organization,
      Set<String> except,
      boolean hasMembers,
      Kind kind,
      String origin,
      boolean isTrial) {
    public Request {
      except = Set.copyOf(except);
    }

    private OwnedTables tables(OwnedTables.Catalog catalog, Table root, OrganizationTables named) {
      var without = new LinkedHashMap<String, String>();
      if (!hasMembers) {
        named.members().forEach(table -> without.put(table, "members were not asked for"));
      }
      except.forEach(table -> without.put(table, "as asked"));
      return OwnedTables.of(catalog, root, without);
    }
  }

  /// Where rows come from.
  public enum Kind {
    /// A backup of the same project, with the same keys.
    RESTORED(
        "organization_restored",
        "backup",
        "choose a backup that was made since its last migration, or leave the table out"),

    /// Another project, whose personal data is opened there and encrypted here.
    MOVED("organization_moved_in", "other project", "run the same migrations in both");

    private final String action;
    private final String place;
    private final String advice;

    Kind(String action, String place, String advice) {
      this.action = action;
      this.place = place;
      this.advice = advice;
    }
  }

  /// What became of the rows of a table.
  ///
  /// @param same those that were as in the backup
  /// @param leftOut those that refer to accounts or rows that are gone, and would have been deleted
  ///   with them
  public record Rows(
      String table, long same, long added, long changed, long removed, long leftOut) {}

  /// Somebody whose membership or invitation is added or changed.
  ///
  /// @param address of the account; empty where it has none
  public record Person(UUID id, String address) {}

  /// What was done.
  ///
  /// @param people who is a member or invited again, or another member than before
  /// @param leftOut tables that were not looked at, and why
  public record Result(List<Rows> tables, List<Person> people, Map<String, String> leftOut) {
    public Result {
      tables = List.copyOf(tables);
      people = List.copyOf(people);
      leftOut = Map.copyOf(leftOut);
    }
  }

  public OrganizationRows(Project project, OrganizationSchema schema, Request request) {
    this.project = project;
    this.schema = schema;
    this.request = request;
  }

  /// Brings the rows over.
  ///
  /// @param copy the restored database
  /// @throws ApiException 404 where the backup has no such organization; 409 where it cannot be
  ///   restored, and nothing was written
  public Result run(Project copy) {
    requireOrganization(copy);
    if (request.kind() == Kind.RESTORED) {
      renewHashes(copy);
    }
    return copy.admin()
        .transaction(reader(copy), Access.READ, Batch.Isolation.REPEATABLE_READ, from -> run(from));
  }

  /// The same from a transaction that is open: it is of the owner, with the keys for personal data.
  public Result run(Transaction copy) {
    try {
      return project.admin().transaction(writer(), Access.WRITE, tx -> run(copy, tx));
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database refused) {
        throw refused("Postgres refused (%s: %s)".formatted(refused.sqlState(), refused.message()));
      }
      throw e;
    }
  }

  /// Whether the running database has the organization.
  public boolean isThere(Transaction tx) {
    return OwnedTables.Catalog.read(tx)
        .organizations(tx, OrganizationTables.of(tx, schema), request.organization())
        .isPresent();
  }

  /// The schema says what an organization is: any other id could be that of a row of theirs.
  private void requireOrganization(Project copy) {
    var service =
        Actor.of("service_role").with("request.jwt.claims", "{\"role\":\"service_role\"}");
    var known =
        copy.admin()
            .transaction(
                service,
                Access.READ,
                tx ->
                    tx.list(
                        schema.call("organization", request.organization()),
                        row -> row.getString(1) != null));
    if (!known.contains(true)) {
      throw unknown();
    }
  }

  private ApiException unknown() {
    return new ApiException(
        new Refused(
            404,
            "no_organization",
            "The %s has no organization %s"
                .formatted(request.kind().place, request.organization())));
  }

  /// In a backup from before a rotation of keys, hashes for searches are of the older key: they are
  /// made anew there, so that what is written here is what the schema would compute.
  private void renewHashes(Project copy) {
    var owner =
        Actor.of("postgres")
            .with("statement_timeout", "0")
            .with(PersonalKeys.SETTING, PersonalKeys.of(copy).forMaintenance());
    copy.admin()
        .transaction(
            owner,
            Access.WRITE,
            tx -> {
              rehash(tx);
              return true;
            });
  }

  private Actor reader(Project copy) {
    var reader = Actor.of("postgres").with("statement_timeout", "0");
    return switch (request.kind()) {
      case RESTORED -> reader;
      case MOVED -> reader.with(PersonalKeys.SETTING, PersonalKeys.of(copy).forMaintenance());
    };
  }

  private Actor writer() {
    return Actor.of("postgres")
        .with("lock_timeout", "10s")
        .with("statement_timeout", "0")
        .with("storage.allow_delete_query", "true")
        .with(PersonalKeys.SETTING, PersonalKeys.of(project).forMaintenance());
  }

  private Result run(Transaction copy, Transaction tx) {
    if (!request.isTrial()) {
      return restored(copy, tx);
    }
    return switch (tx.trial(trial -> restored(copy, trial))) {
      case Outcome.Answered<Result>(var result) -> result;
      case Outcome.Failed<Result>(var failure) -> throw failure;
    };
  }

  private Result restored(Transaction copy, Transaction tx) {
    var tables = tables(copy, tx);
    var staged = new ArrayList<Staged>();
    for (var owned : tables.all()) {
      var each = new Staged(owned, "stabbur_restore_" + staged.size(), request.organization());
      var _ = each.load(copy, tx, request.kind());
      staged.add(each);
    }
    requireReadable(tx, staged);
    // the entry is written first: where writers of an organization take turns, it takes ours
    audit(tx);
    lock(tx, staged);
    rehash(tx);
    var leftOut = leaveOut(tx, staged);
    requireOwn(tx, staged);
    requireUnreferenced(tx, tables, staged);
    var people = people(tx, staged);
    var written = write(tx, tables, staged, leftOut);
    if (request.kind() == Kind.MOVED) {
      staged.forEach(each -> each.raiseSequence(tx));
    }
    requireOwn(tx, staged);
    return new Result(written, people, tables.leftOut());
  }

  private List<Person> people(Transaction tx, List<Staged> staged) {
    var members = OrganizationTables.of(tx, schema).members();
    var among = staged.stream().filter(each -> members.contains(each.table().text())).toList();
    return among.stream().flatMap(each -> each.people(tx, among).stream()).distinct().toList();
  }

  /// Counts the rows of the organization; changes nothing.
  public Result count(Transaction tx) {
    var tables = ownedNow(tx);
    var rows = new ArrayList<Rows>();
    for (var owned : tables.all()) {
      long count = new Staged(owned, "", request.organization()).owned(tx);
      rows.add(new Rows(owned.table().text(), 0, count, 0, 0, 0));
    }
    return new Result(rows, List.of(), tables.leftOut());
  }

  /// Keeps everybody from writing to the tables that have rows of organizations, until the
  /// transaction that is open ends.
  public void lockTables(Transaction tx) {
    var lock = new SqlText().add("lock table ");
    boolean isFirst = true;
    for (var owned : ownedNow(tx).all()) {
      lock.add(isFirst ? "" : ", ").append(owned.table().sql());
      isFirst = false;
    }
    tx.update(lock.add(" in share row exclusive mode").statement());
  }

  private OwnedTables ownedNow(Transaction tx) {
    var catalog = OwnedTables.Catalog.read(tx);
    var named = OrganizationTables.of(tx, schema);
    var root = catalog.organizations(tx, named, request.organization()).orElseThrow(this::unknown);
    return request.tables(catalog, root, named);
  }

  /// Removes all rows of the organization from the running database, in the transaction that is
  /// open. Refused where a row of somebody else would go or change with them.
  ///
  /// @return how many went, by table
  public Map<String, Long> remove(Transaction tx) {
    var tables = ownedNow(tx);
    var staged = new ArrayList<Staged>();
    for (var owned : tables.all()) {
      var each = new Staged(owned, "stabbur_remove_" + staged.size(), request.organization());
      each.create(tx);
      staged.add(each);
    }
    lock(tx, staged);
    requireUnreferenced(tx, tables, staged);
    var removed = new LinkedHashMap<String, Long>();
    var waiting = new ArrayList<>(staged.reversed());
    while (!waiting.isEmpty()) {
      int before = waiting.size();
      waiting.removeIf(each -> isRemoved(tx, each, removed));
      if (waiting.size() == before) {
        throw refused("Rows of %s are referred to".formatted(waiting.getFirst().table().text()));
      }
    }
    return removed;
  }

  private static boolean isRemoved(Transaction tx, Staged each, Map<String, Long> removed) {
    long owned = each.owned(tx);
    return switch (tx.step(step -> step.update(each.removal()))) {
      case Outcome.Answered<Integer> _ -> {
        removed.merge(each.table().text(), owned, Long::sum);
        yield each.owned(tx) == 0;
      }
      case Outcome.Failed<Integer> _ -> false;
    };
  }

  private OwnedTables tables(Transaction copy, Transaction tx) {
    var then = OwnedTables.Catalog.read(copy);
    var now = OwnedTables.Catalog.read(tx);
    var named = OrganizationTables.of(tx, schema);
    var root = then.organizations(copy, named, request.organization()).orElseThrow(this::unknown);
    var organizations =
        now.table(root.schema(), root.name())
            .orElseThrow(() -> refused("The table %s is gone".formatted(root.text())));
    var tables = request.tables(now, organizations, named);
    for (var owned : tables.all()) {
      var table = owned.table();
      var before = then.table(table.schema(), table.name());
      if (before.isEmpty()
          || !before.get().columns().equals(table.columns())
          || !before.get().key().equals(table.key())) {
        throw refused(
            "The table %s has other columns than in the %s; %s"
                .formatted(table.text(), request.kind().place, request.kind().advice));
      }
    }
    return tables;
  }

  private void requireReadable(Transaction tx, List<Staged> staged) {
    if (request.kind() == Kind.MOVED) {
      requireOpened(tx, staged);
      return;
    }
    for (var each : staged) {
      long unreadable = each.unreadable(tx);
      if (unreadable > 0) {
        throw refused(
            "%d rows of %s hold personal data that no key of this project opens"
                .formatted(unreadable, each.table().text()));
      }
      each.reseal(tx, schema.function("reseal"));
    }
    var keys = FileKeys.of(project);
    for (var each : staged) {
      if (each.table().is("stabbur_storage", "object_keys")) {
        var versions =
            tx.list(
                new SqlText()
                    .add("select distinct key_version from ")
                    .append(each.temporary())
                    .statement(),
                row -> row.getInt(1));
        for (var version : versions) {
          if (keys.wrappingKey(version, "project").isEmpty()) {
            throw refused("keys.json has no version %d of the key of files".formatted(version));
          }
        }
      }
    }
  }

  private void requireOpened(Transaction tx, List<Staged> staged) {
    for (var each : staged) {
      long sealed = each.sealed(tx);
      if (sealed > 0) {
        throw refused(
            "%d rows of %s hold personal data that no key of the other project opens"
                .formatted(sealed, each.table().text()));
      }
    }
  }

  private void audit(Transaction tx) {
    tx.update(
        new SqlText()
            .add("select ")
            .append(schema.function("write_audit"))
            .add("(")
            .value(request.organization())
            .add(", null, 'postgres', ")
            .value(request.kind().action)
            .add(", null, ")
            .value(request.organization().toString())
            .add(", ")
            .value(new Jsonb(request.origin()))
            .add("::jsonb)")
            .statement());
  }

  /// The organization's own row first: while it is locked, nobody adds a row that refers to it.
  private static void lock(Transaction tx, List<Staged> staged) {
    staged.forEach(each -> each.lock(tx));
  }

  /// Rows whose account or other target is gone meanwhile fare as if they had been there when it
  /// was deleted: left out, cleared, or the restore is refused.
  private Map<String, Long> leaveOut(Transaction tx, List<Staged> staged) {
    var leftOut = new LinkedHashMap<String, Long>();
    boolean again = true;
    while (again) {
      again = false;
      for (var each : staged) {
        for (var reference : each.owned().references()) {
          var target = staged(staged, reference.to());
          if (target != null) {
            requireNoForeignTarget(tx, each, reference, target);
          }
          var table =
              target == null
                  ? new SqlText().name(reference.toSchema()).add(".").name(reference.toName())
                  : new SqlText().add("pg_temp.").name(target.name());
          var lacks = each.lacks(reference, table);
          int done =
              switch (reference.onDelete()) {
                case CASCADE -> {
                  int left = each.leaveOut(tx, lacks);
                  leftOut.merge(each.table().text(), (long) left, Long::sum);
                  yield left;
                }
                case SET_NULL -> each.clear(tx, lacks, reference);
                case REFUSE -> {
                  long lacking = each.countOf(tx, lacks);
                  if (lacking > 0) {
                    throw refused(
                        "%d rows of %s refer to rows of %s.%s that are gone (%s)"
                            .formatted(
                                lacking,
                                each.table().text(),
                                reference.toSchema(),
                                reference.toName(),
                                reference.name()));
                  }
                  yield 0;
                }
              };
          again |= done > 0;
        }
      }
    }
    return leftOut;
  }

  private void requireNoForeignTarget(
      Transaction tx, Staged each, Reference reference, Staged target) {
    var lacks =
        each.lacks(reference, new SqlText().add("pg_temp.").name(target.name()))
            .add(" and not ")
            .append(
                each.lacks(
                    reference,
                    new SqlText()
                        .add("(select * from ")
                        .append(target.table().sql())
                        .add(" x where (")
                        .append(target.owned().owner().isOwned("x", request.organization()))
                        .add(") is not true)")));
    long foreign = each.countOf(tx, lacks);
    if (foreign > 0) {
      throw refused(
          "%d rows of %s refer to rows of another organization (%s)"
              .formatted(foreign, each.table().text(), reference.name()));
    }
  }

  private static @Nullable Staged staged(List<Staged> staged, long oid) {
    return staged.stream().filter(each -> each.table().oid() == oid).findFirst().orElse(null);
  }

  private void requireOwn(Transaction tx, List<Staged> staged) {
    for (var each : staged) {
      long foreign = each.foreign(tx);
      if (foreign > 0) {
        throw refused(
            "%d rows of %s are another organization's by now"
                .formatted(foreign, each.table().text()));
      }
    }
  }

  /// Removing a row must touch nobody else's, by a foreign key that deletes or clears.
  private void requireUnreferenced(Transaction tx, OwnedTables tables, List<Staged> staged) {
    for (var each : staged) {
      for (var reference : tables.to(each.table())) {
        var other = staged(staged, reference.from());
        long referring =
            each.referring(tx, reference, other == null ? null : other.isOwned(Staged.OTHER));
        if (referring > 0) {
          throw refused(
              "%d rows of %s, which are %s, refer to rows of %s that the backup does not have"
                  .formatted(
                      referring,
                      reference.fromTable(),
                      other == null ? "left out" : "not this organization's",
                      each.table().text()));
        }
      }
    }
  }

  /// What refers to rows that would be removed with those of a table, by foreign keys that cascade,
  /// and is not removed itself.
  private static Optional<Reference> kept(
      Transaction tx, OwnedTables tables, List<Staged> staged, Staged removed) {
    if (removed.surplus(tx) == 0) {
      return Optional.empty();
    }
    var reached = new ArrayList<>(List.of(removed));
    for (int i = 0; i < reached.size(); i++) {
      var each = reached.get(i);
      for (var reference : tables.to(each.table())) {
        var other = staged(staged, reference.from());
        if (each.referring(tx, reference, other == null ? null : other.isSurplus(Staged.OTHER))
            > 0) {
          return Optional.of(reference);
        }
        if (other != null
            && reference.onDelete() == Reference.OnDelete.CASCADE
            && !reached.contains(other)) {
          reached.add(other);
        }
      }
    }
    return Optional.empty();
  }

  /// A removal that a row still refers to waits until that row is what it was.
  private List<Rows> write(
      Transaction tx, OwnedTables tables, List<Staged> staged, Map<String, Long> leftOut) {
    var removed = new LinkedHashMap<Staged, Integer>();
    var waiting = new ArrayList<Staged>();
    for (var each : staged.reversed()) {
      if (isOfFiles(each)) {
        continue;
      }
      if (kept(tx, tables, staged, each).isPresent()) {
        waiting.add(each);
        continue;
      }
      switch (tx.step(step -> step.update(each.removal()))) {
        case Outcome.Answered<Integer>(var count) -> removed.put(each, count);
        case Outcome.Failed<Integer> _ -> waiting.add(each);
      }
    }
    var rows = new ArrayList<Rows>();
    for (var each : staged) {
      long total = each.total(tx);
      long changed = isOfFiles(each) ? 0 : change(tx, each);
      long added = each.add(tx);
      if (!isOfFiles(each)) {
        rows.add(
            new Rows(
                each.table().text(),
                total - changed - added,
                added,
                changed,
                removed.getOrDefault(each, 0),
                leftOut.getOrDefault(each.table().text(), 0L)));
      }
    }
    for (var each : waiting) {
      kept(tx, tables, staged, each)
          .ifPresent(
              reference -> {
                throw refused(
                    "Rows of %s, which the backup has, refer to rows that it does not have (%s)"
                        .formatted(reference.fromTable(), reference.name()));
              });
      int count = tx.update(each.removal());
      rows.replaceAll(row -> row.table().equals(each.table().text()) ? removed(row, count) : row);
    }
    keepBytes(tx, staged);
    keepCreation(tx, staged);
    requireWritten(tx, staged);
    rehash(tx);
    return rows;
  }

  /// A trigger may have kept a row or a value from being written. Of another project's rows, values
  /// that are computed with its keys always differ.
  private void requireWritten(Transaction tx, List<Staged> staged) {
    for (var each : staged) {
      if (isOfFiles(each)) {
        continue;
      }
      long missing = each.missing(tx);
      if (missing > 0) {
        throw unwritten("%d rows of %s were not added".formatted(missing, each.table().text()));
      }
      long surplus = each.surplus(tx);
      if (surplus > 0) {
        throw unwritten("%d rows of %s were not removed".formatted(surplus, each.table().text()));
      }
      if (request.kind() == Kind.RESTORED) {
        each.differences(tx)
            .forEach(
                (columns, count) -> {
                  throw unwritten(
                      "%d rows of %s were not changed in the columns %s"
                          .formatted(count, each.table().text(), String.join(", ", columns)));
                });
      }
    }
  }

  private static ApiException unwritten(String what) {
    return refused(what + ": a trigger of the table keeps them as they are; leave the table out");
  }

  /// What the schema computes with the project's keys, such as a hash for searches, differs from
  /// another project's however often it is written.
  private long change(Transaction tx, Staged each) {
    if (request.kind() == Kind.RESTORED) {
      return each.change(tx);
    }
    var before = each.differences(tx);
    var _ = each.change(tx);
    var after = each.differences(tx);
    return before.entrySet().stream()
        .mapToLong(set -> Math.max(0, set.getValue() - after.getOrDefault(set.getKey(), 0L)))
        .sum();
  }

  private static Rows removed(Rows row, long count) {
    return new Rows(row.table(), row.same(), row.added(), row.changed(), count, row.leftOut());
  }

  /// The keys of encrypted files: those that are there are the same or newer, and end with the
  /// bytes.
  private static boolean isOfFiles(Staged each) {
    return each.table().is("stabbur_storage", "object_keys");
  }

  /// The bytes of the files that are back are not removed.
  private static void keepBytes(Transaction tx, List<Staged> staged) {
    for (var each : staged) {
      if (each.table().is("storage", "objects")) {
        tx.update(
            new SqlText()
                .add("delete from stabbur_storage.byte_removals r using ")
                .append(each.temporary())
                .add(
                    " where r.bucket_id = s.bucket_id and r.name = s.name and r.version = s.version")
                .statement());
      }
    }
  }

  private static void keepCreation(Transaction tx, List<Staged> staged) {
    tx.update(Statement.of("set local session_replication_role = replica"));
    staged.forEach(each -> each.keepCreation(tx));
    tx.update(Statement.of("set local session_replication_role = origin"));
  }

  /// Hashes for searches that were made with an older key are made anew.
  private void rehash(Transaction tx) {
    var version =
        tx.first(
                Statement.of("select stabbur_organization.current_key_version()"),
                row -> row.getString(1))
            .orElseThrow();
    var outdated =
        tx.list(schema.call("outdated_searches", version), row -> row.getObject(1, UUID.class));
    if (outdated.contains(request.organization())) {
      tx.update(Statement.of("set local stabbur.maintenance = 'on'"));
      tx.update(schema.call("rehash", request.organization(), version));
      tx.update(Statement.of("set local stabbur.maintenance = 'off'"));
    }
  }

  private static ApiException refused(String message) {
    return new ApiException(
        new Refused(409, "restore_refused", message + "; nothing was written."));
  }
}
