package io.stabbur.auth.guard;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.life.Chore;
import java.time.Duration;

/// Allowances that all processes of a project share, kept in its database. A process that is alone,
/// with an embedded Postgres, has its own [TokenBucket]s, which are asked first everywhere: what
/// one of them refuses costs the database nothing.
///
/// They are asked on connections of their own: who asks may hold one of the project's, in a
/// transaction that sends a mail, and would else wait for another one of the same pool.
public final class SharedAllowances implements AutoCloseable {
  private static final int CONNECTIONS = 4;

  private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(5);
  private static final int BATCH = 10_000;
  private static final int MOST_BATCHES = 100;

  /// An allowance is there again after an hour at most.
  private static final String FORGET =
      """
      with gone as (
        delete from stabbur.allowances where name in (
          select name from stabbur.allowances where filled_at < now() - interval '1 hour'
          order by filled_at limit ? for update skip locked)
        returning 1)
      select count(*) from gone\
      """;

  private static final PerProject<SharedAllowances> ALL = new PerProject<>(SharedAllowances::new);

  private final boolean isShared;
  private final Database database;

  private SharedAllowances(Project project) {
    isShared = !project.settings().isEmbedded() && project.settings().prepare();
    var login = project.admin().login();
    database =
        Database.open(
            new Login(login.url(), login.user(), login.password(), CONNECTIONS, login.patience()));
    if (isShared) {
      project
          .chores()
          .start(Chore.every(BETWEEN_CLEANINGS, "shared-allowances", this::forget).byOneAtATime());
    }
  }

  public static SharedAllowances of(Project project) {
    return ALL.of(project);
  }

  /// Takes one of `size`, which are there again after `refill`, unless none is left.
  ///
  /// @param share on whose behalf it is asked
  /// @param name of the allowance; kept as a hash, for it may hold an address
  public boolean take(Share share, String name, int size, Duration refill) {
    return !isShared
        || database.exchange(
            actor().onBehalfOf(share),
            Access.WRITE,
            Statement.of(
                "select stabbur.take_allowance(?, ?, ?::double precision / 1000)",
                Crypto.sha256Hex(name),
                size,
                refill.toMillis()),
            rows -> rows.next() && rows.getBoolean(1));
  }

  private void forget() {
    for (int batch = 0; batch < MOST_BATCHES && forgetSome() == BATCH; batch++) {}
  }

  private long forgetSome() {
    return database.exchange(
        actor(),
        Access.WRITE,
        Statement.of(FORGET, BATCH),
        rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  @Override
  public void close() {
    database.close();
  }

  private Actor actor() {
    return Actor.of(database.login().user());
  }
}
