package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.InstalledPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A project on a primary and its standby (Debian's Postgres): when the primary goes, the pool
/// finds the other and writes again within ten seconds.
@Tag("nightly")
class FailOverTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Statement WRITE = Statement.of("insert into marks default values");
  private InstalledPostgres primary = InstalledPostgres.start();
  private InstalledPostgres standby = primary;

  @BeforeEach
  void makeAStandby() {
    try (var database = Database.open(primary.superuser())) {
      database.transaction(
          actor(), Access.WRITE, tx -> tx.update(Statement.of("create table marks (id serial)")));
    }
    standby = primary.standby();
  }

  @AfterEach
  void stop() {
    standby.close();
  }

  @Test
  void ofSeveralHostsTheOneThatCanBeWrittenToIsUsed() {
    var url =
        "postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres?target_session_attrs=read-write"
            .formatted(standby.port(), primary.port());
    try (var database = Database.open(login(DatabaseUrl.parse(url).jdbc()))) {
      write(database);
      primary.close();
      standby.promote();

      assertThat(timeUntilWritten(database)).isLessThan(LIMIT);
      assertThat(count(database)).isEqualTo(2);
    }
  }

  @Test
  void aConnectionThatLedToAStandbyIsNotKept() throws Exception {
    try (var way = new Way(standby.port());
        var database =
            Database.open(login("jdbc:postgresql://127.0.0.1:" + way.port() + "/postgres"))) {
      assertThat(count(database)).isZero();
      assertThat(tryToWrite(database)).isFalse();
      way.leadTo(primary.port());

      assertThat(timeUntilWritten(database)).isLessThan(LIMIT);
    }
    primary.close();
  }

  private static Duration timeUntilWritten(Database database) {
    var began = Instant.now();
    while (!tryToWrite(database)) {
      var taken = Duration.between(began, Instant.now());
      assertThat(taken).isLessThan(LIMIT.multipliedBy(3));
    }
    var taken = Duration.between(began, Instant.now());
    System.out.println("written again after " + taken.toMillis() + " ms");
    return taken;
  }

  private static boolean tryToWrite(Database database) {
    try {
      write(database);
      return true;
    } catch (ApiException e) {
      return false;
    }
  }

  private static void write(Database database) {
    database.transaction(actor(), Access.WRITE, tx -> tx.update(WRITE));
  }

  private static int count(Database database) {
    return database.exchange(
        actor(),
        Access.READ,
        Statement.of("select count(*)::int from marks"),
        rows -> rows.next() ? rows.getInt(1) : -1);
  }

  private Login login(String url) {
    var superuser = primary.superuser();
    return new Login(url, superuser.user(), superuser.password(), 2, Duration.ofSeconds(5));
  }

  private static Actor actor() {
    return Actor.of("postgres");
  }

  /// A port that leads to one server, later to another, as a name does whose address changes.
  private static final class Way implements AutoCloseable {
    private final ServerSocket in = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile int target;

    Way(int target) throws IOException {
      this.target = target;
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return in.getLocalPort();
    }

    void leadTo(int other) {
      target = other;
    }

    private void accept() {
      while (!in.isClosed()) {
        try {
          var client = in.accept();
          var server = new Socket(InetAddress.getLoopbackAddress(), target);
          Thread.ofVirtual().start(() -> copy(client, server));
          Thread.ofVirtual().start(() -> copy(server, client));
        } catch (IOException e) {
          return;
        }
      }
    }

    private static void copy(Socket from, Socket to) {
      try (from;
          to) {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException e) {
        // one of both has gone
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
