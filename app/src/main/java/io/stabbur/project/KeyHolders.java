package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.Statement;
import java.util.UUID;

/// The processes that serve one database, as the database knows them, and which version of the root
/// keys each of them hands out. They may learn of a new version late: a shared volume shows a
/// changed file after a minute, to some.
final class KeyHolders implements AutoCloseable {
  private static final String PUBLISH =
      """
      insert into stabbur.personal_key_processes (process, version, seals_with) values (?, ?, ?)
      on conflict (process) do update set version = excluded.version, seals_with = excluded.seals_with\
      """;
  private static final String LEAVE =
      "delete from stabbur.personal_key_processes where process = ?";

  /// A process that has not followed within 90 seconds is considered dead and is not waited for.
  private static final String LAGGING =
      """
      select count(*) filter (where p.version < ? and coalesce(c.created_at, clock_timestamp()) > clock_timestamp() - interval '90 seconds'),
        count(*) filter (where p.seals_with < ? and coalesce(c.in_use_at, clock_timestamp()) > clock_timestamp() - interval '90 seconds')
      from stabbur.personal_key_processes p left join stabbur.personal_key_checks c on c.version = ?\
      """;

  private static final String IN_USE =
      "update stabbur.personal_key_checks set in_use_at = clock_timestamp() where version = ? and"
          + " in_use_at is null";
  private static final String FORGET =
      "delete from stabbur.personal_key_processes where seals_with < ?";

  private final Database owner;
  private final UUID process = UUID.randomUUID();
  private Versions published = new Versions(0, 0);

  /// What a process hands out.
  ///
  /// @param newest the newest version
  /// @param sealing the version it seals with
  record Versions(int newest, int sealing) {}

  /// How many processes do not hand out a version yet, and how many do not seal with it.
  record Lagging(int handingOut, int sealing) {}

  KeyHolders(Database owner) {
    this.owner = owner;
  }

  synchronized void publish(Versions versions) {
    if (!versions.equals(published)) {
      write(Statement.of(PUBLISH, process, versions.newest(), versions.sealing()));
      published = versions;
    }
  }

  Lagging lagging(int version) {
    return owner
        .transaction(
            actor(),
            Access.READ,
            tx ->
                tx.first(
                    Statement.of(LAGGING, version, version, version),
                    row -> new Lagging(row.getInt(1), row.getInt(2))))
        .orElseThrow();
  }

  /// From now on processes are expected to seal with the version.
  void markInUse(int version) {
    write(Statement.of(IN_USE, version));
  }

  /// Processes that have not followed are not waited for again.
  void forgetBefore(int version) {
    write(Statement.of(FORGET, version));
  }

  @Override
  public synchronized void close() {
    if (published.newest() > 0) {
      write(Statement.of(LEAVE, process));
    }
  }

  private void write(Statement statement) {
    owner.transaction(actor(), Access.WRITE, tx -> tx.update(statement));
  }

  private Actor actor() {
    return Actor.of(owner.login().user());
  }
}
