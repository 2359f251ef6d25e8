package io.stabbur.moving;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import java.util.List;

/// A database in which nobody writes: transactions that wrote have ended, and others wait for their
/// first write, also those of programs that know nothing of Stabbur. Reads go on. It ends with the
/// connection.
final class Standstill implements AutoCloseable {
  private static final long PATIENCE_MS = 2000;
  private static final long PAUSE_MS = 10;

  private static final String WRITERS =
      """
      select exists (select from pg_catalog.pg_stat_activity
        where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()
          and backend_type = 'client backend' and application_name <> 'stabbur move')
      """;

  private final DatabaseLink link;
  private final List<MovedTable> tables;

  private Standstill(DatabaseLink link, List<MovedTable> tables) {
    this.link = link;
    this.tables = tables;
  }

  /// Somebody writes on and on.
  static final class Busy extends Exception {
    private static final long serialVersionUID = 1L;

    private Busy(StartFailure cause) {
      super(cause);
    }
  }

  /// Waits for writers, and keeps others from beginning. Refused where one goes on.
  static Standstill of(Login login, List<MovedTable> tables) throws Busy {
    var link = DatabaseLink.open("The source", login);
    try {
      awaitWriters(link);
      link.begin();
      link.execute("set local lock_timeout = '2s'");
      var text = new SqlText().add("lock table only ");
      for (int i = 0; i < tables.size(); i++) {
        text.add(i == 0 ? "" : ", only ").append(tables.get(i).quoted());
      }
      lock(link, text.add(" in exclusive mode").statement().sql());
      return new Standstill(link, tables);
    } catch (RuntimeException | Busy e) {
      link.close();
      throw e;
    }
  }

  private static void lock(DatabaseLink link, String sql) throws Busy {
    try {
      link.execute(sql);
    } catch (StartFailure e) {
      // lock_not_available, deadlock_detected
      var text = String.valueOf(e.getMessage());
      if (text.contains("(SQLSTATE 55P03)") || text.contains("(SQLSTATE 40P01)")) {
        throw new Busy(e);
      }
      throw e;
    }
  }

  private static void awaitWriters(DatabaseLink link) {
    long until = System.nanoTime() + PATIENCE_MS * 1_000_000;
    try {
      while (link.isTrue(WRITERS) && System.nanoTime() < until) {
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted; run the command again to go on.", e);
    }
  }

  /// Ends with a fence in one step. That it ends shows that nobody has written since it began: the
  /// locks and the fence are of one transaction.
  void becomeFence() {
    new Fence(link).put(tables);
    link.commit();
  }

  @Override
  public void close() {
    link.close();
  }
}
