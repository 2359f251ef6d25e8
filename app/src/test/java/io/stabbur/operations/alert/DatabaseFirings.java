package io.stabbur.operations.alert;

import io.stabbur.testing.Await;
import io.stabbur.testing.FrozenPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/// Rules about the database.
final class DatabaseFirings {
  private static final String DEADLOCK_TABLE = "public.locked";

  static final List<Firing> ALL =
      List.of(
          Firing.slow(
              "DatabaseDown",
              "all processes of Postgres are stopped by SIGSTOP",
              DatabaseFirings::frozen),
          Firing.quick(
              "ConnectionsNearLimit",
              "a hundred of the 120 connections that Postgres allows are held",
              DatabaseFirings::manyConnections),
          Firing.quick(
              "SlowStatement", "a statement takes 600 ms, four times", DatabaseFirings::slow),
          Firing.quick(
              "AdvisorError",
              "a table is made without row security",
              DatabaseFirings::exposedTable),
          Firing.quick(
              "PasswordExpires",
              "a role's password ends in two days",
              DatabaseFirings::passwordEnds),
          Firing.quick(
              "SlotInactive",
              "a replication slot is made and nobody reads it",
              DatabaseFirings::abandonedSlot),
          Firing.slow(
              "SlotRetainsLog",
              "a gigabyte of log is written behind an abandoned slot",
              DatabaseFirings::retainedLog),
          Firing.quick(
              "SlotLost",
              "more log is written than Postgres keeps for a slot",
              DatabaseFirings::lostSlot),
          Firing.slow(
              "ArchiverFailing", "the archive command fails", DatabaseFirings::failingArchiver),
          Firing.slow(
              "ReplicationLag",
              "a copy receives the log and applies none of it (limit 2 s instead of 5 min)",
              DatabaseFirings::lag),
          Firing.slow(
              "TransactionAge",
              "120,000 transaction numbers are used (limit 100,000 instead of 300 million)",
              DatabaseFirings::age),
          Firing.quick(
              "IdleInTransaction",
              "a client leaves a transaction open (limit 1 s instead of 5 min)",
              DatabaseFirings::leftOpen),
          Firing.slow(
              "LongTransaction",
              "a statement runs for three seconds (limit 1 s instead of 30 min)",
              DatabaseFirings::longStatement),
          Firing.quick(
              "Deadlocks", "three pairs of clients lock rows crosswise", s -> deadlocks(s)),
          Firing.quick(
              "NotVacuumed",
              "12,000 of 15,000 rows of a table without autovacuum are deleted",
              DatabaseFirings::deadRows),
          Firing.quick(
              "InvalidIndex",
              "a unique index is built concurrently over equal rows",
              DatabaseFirings::invalidIndex));

  private DatabaseFirings() {}

  private static void frozen(Stage stage) throws Exception {
    try (var _ = FrozenPostgres.freeze(stage.server().project())) {
      stage.fires("DatabaseDown");
    }
    Await.until("reachable", () -> stage.server().project().api().reachable());
    stage.ends("DatabaseDown");
  }

  private static void manyConnections(Stage stage) throws SQLException {
    var held = new ArrayList<Connection>();
    try {
      held.add(stage.connection());
      while (clients(held.getFirst()) < 100) {
        held.add(stage.connection());
      }
      stage.fires("ConnectionsNearLimit");
    } finally {
      for (var connection : held) {
        connection.close();
      }
    }
    stage.ends("ConnectionsNearLimit");
  }

  private static long clients(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where backend_type = 'client backend'")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void slow(Stage stage) {
    stage.sql("select pg_sleep(0.6)");
    stage.judge();
    stage.often(4, () -> stage.sql("select pg_sleep(0.6)"));
    stage.fires("SlowStatement");
    stage.ends("SlowStatement");
  }

  private static void exposedTable(Stage stage) {
    stage.sql("create table public.open_notes (id int primary key)");
    stage.sql("grant select on public.open_notes to anon");
    stage.fires("AdvisorError", "\"relname\":\"open_notes\"");
    stage.sql("alter table public.open_notes enable row level security");
    stage.ends("AdvisorError", "\"relname\":\"open_notes\"");
    stage.sql("drop table public.open_notes");
  }

  private static void passwordEnds(Stage stage) {
    stage.sql(
        "create role guest login password 'a guest''s' valid until 'tomorrow'",
        "alter role guest valid until '%s'".formatted(stage.now().plus(Duration.ofDays(2))));
    stage.fires("PasswordExpires", "\"rolname\":\"guest\"", "\"severity\":\"critical\"");
    stage.sql("alter role guest valid until 'infinity'");
    stage.ends("PasswordExpires", "\"rolname\":\"guest\"");
    stage.sql("drop role guest");
  }

  private static void abandonedSlot(Stage stage) {
    stage.sql("select pg_create_physical_replication_slot('forgotten', true)");
    stage.fires("SlotInactive", "\"slot_name\":\"forgotten\"");
    stage.sql("select pg_drop_replication_slot('forgotten')");
    stage.ends("SlotInactive", "\"slot_name\":\"forgotten\"");
  }

  private static void write(Stage stage, int megabytes) {
    stage.sql(
        "select pg_logical_emit_message(false, 'filler', repeat('x', 4 * 1024 * 1024))"
            + " from generate_series(1, %d)".formatted(megabytes / 4));
  }

  private static void retainedLog(Stage stage) {
    stage.sql("select pg_create_physical_replication_slot('keeps', true)");
    write(stage, 1024);
    stage.fires("SlotRetainsLog", "\"slot_name\":\"keeps\"");
    stage.sql("select pg_drop_replication_slot('keeps')");
    stage.ends("SlotRetainsLog", "\"slot_name\":\"keeps\"");
    stage.sql("checkpoint");
  }

  private static void lostSlot(Stage stage) {
    stage.sql(
        "alter system set max_slot_wal_keep_size = '16MB'",
        "select pg_reload_conf()",
        "select pg_create_physical_replication_slot('left_behind', true)");
    write(stage, 64);
    stage.sql("select pg_switch_wal()", "checkpoint");
    stage.fires("SlotLost", "\"slot_name\":\"left_behind\"");
    stage.sql(
        "select pg_drop_replication_slot('left_behind')",
        "alter system reset max_slot_wal_keep_size",
        "select pg_reload_conf()");
    stage.ends("SlotLost", "\"slot_name\":\"left_behind\"");
  }

  /// Archiving is switched on by a restart, which the appliance makes by itself when Postgres ends.
  private static void failingArchiver(Stage stage) throws Exception {
    stage.sql(
        "alter system set archive_mode = on", "alter system set archive_command = '/bin/false'");
    var pidFile = stage.server().project().folder().resolve("postgres/postmaster.pid");
    long postmaster = Long.parseLong(java.nio.file.Files.readAllLines(pidFile).getFirst().strip());
    new ProcessBuilder("kill", "-INT", Long.toString(postmaster)).start().waitFor();
    Await.until(
        "a new postmaster",
        Duration.ofSeconds(30),
        () -> ProcessHandle.of(postmaster).isEmpty() && stage.server().project().api().reachable());
    write(stage, 4);
    stage.sql("select pg_switch_wal()");
    stage.fires("ArchiverFailing");
    stage.sql(
        "alter system set archive_command = '/bin/true'",
        "select pg_reload_conf()",
        "select pg_switch_wal()");
    stage.ends("ArchiverFailing");
  }

  /// A stream of the log as a copy reads it, which says that it has written all and applied none.
  private static void lag(Stage stage) throws Exception {
    var login = stage.server().project().admin().login();
    var properties = new Properties();
    PGProperty.USER.set(properties, "supabase_admin");
    PGProperty.PASSWORD.set(
        properties, stage.server().project().keys().superuserPassword().reveal());
    PGProperty.REPLICATION.set(properties, "true");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.APPLICATION_NAME.set(properties, "standby");
    try (var connection = DriverManager.getConnection(login.url(), properties);
        var stream =
            connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .physical()
                .withStartPosition(
                    org.postgresql.replication.LogSequenceNumber.valueOf(position(stage)))
                .withStatusInterval(100, TimeUnit.MILLISECONDS)
                .start()) {
      var applied = stream.getLastReceiveLSN();
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!stage.isFiring("ReplicationLag", "standby")) {
        if (System.nanoTime() > end) {
          throw new AssertionError("no lag");
        }
        stage.sql("select pg_logical_emit_message(false, 'filler', 'x', true)");
        while (stream.readPending() != null) {
          // all is received
        }
        stream.setFlushedLSN(stream.getLastReceiveLSN());
        stream.setAppliedLSN(applied);
        stream.forceUpdateStatus();
        Thread.sleep(100);
        stage.pass(Duration.ofSeconds(15));
      }
    }
    stage.ends("ReplicationLag", "standby");
  }

  private static String position(Stage stage) throws SQLException {
    try (var connection = stage.connection();
        var row =
            connection.createStatement().executeQuery("select pg_current_wal_flush_lsn()::text")) {
      row.next();
      return row.getString(1);
    }
  }

  private static void age(Stage stage) {
    stage.sql(
        "create table public.numbers (n int)",
        "alter table public.numbers enable row level security",
        // each block with a handler is a transaction of its own number
        """
        do $$ begin
          for i in 1..120000 loop
            begin
              insert into public.numbers values (i);
            exception when others then null;
            end;
          end loop;
        end $$""");
    stage.fires("TransactionAge");
    stage.sql("drop table public.numbers");
    Await.until(
        "the slot of realtime lets go of old rows",
        Duration.ofSeconds(60),
        () -> {
          stage.sql("checkpoint", "vacuum (freeze)");
          stage.judge();
          return !stage.isFiring("TransactionAge");
        });
    stage.ends("TransactionAge");
  }

  private static void leftOpen(Stage stage) throws SQLException {
    try (var connection = stage.connection()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("select 1");
      stage.fires("IdleInTransaction");
    }
    stage.ends("IdleInTransaction");
  }

  private static void longStatement(Stage stage) throws InterruptedException {
    var runs = Thread.ofVirtual().start(() -> stage.sql("select pg_sleep(3)"));
    stage.fires("LongTransaction");
    runs.join();
    stage.ends("LongTransaction");
  }

  private static void deadlocks(Stage stage) throws Exception {
    stage.sql(
        "create table " + DEADLOCK_TABLE + " (id int primary key)",
        "alter table " + DEADLOCK_TABLE + " enable row level security",
        "insert into " + DEADLOCK_TABLE + " values (1), (2)");
    for (int i = 0; i < 3; i++) {
      try (var one = stage.connection();
          var other = stage.connection()) {
        lock(one, 1);
        lock(other, 2);
        var waits = Thread.ofVirtual().start(() -> quietly(one, 2));
        quietly(other, 1);
        waits.join();
      }
    }
    stage.fires("Deadlocks");
    stage.sql("drop table " + DEADLOCK_TABLE);
    stage.ends("Deadlocks");
  }

  private static void lock(Connection connection, int id) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("set local deadlock_timeout = '20ms'");
      statement.execute("select * from " + DEADLOCK_TABLE + " where id = " + id + " for update");
    }
  }

  private static void quietly(Connection connection, int id) {
    try {
      lock(connection, id);
    } catch (SQLException e) {
      if (!"40P01".equals(e.getSQLState())) {
        throw new AssertionError(e);
      }
    }
  }

  private static void deadRows(Stage stage) {
    stage.sql(
        "create table public.churn (n int) with (autovacuum_enabled = false)",
        "alter table public.churn enable row level security",
        "insert into public.churn select generate_series(1, 15000)",
        "delete from public.churn where n > 3000");
    stage.fires("NotVacuumed", "\"relname\":\"churn\"");
    stage.sql("vacuum public.churn");
    stage.ends("NotVacuumed", "\"relname\":\"churn\"");
    stage.sql("drop table public.churn");
  }

  private static void invalidIndex(Stage stage) throws SQLException {
    stage.sql(
        "create table public.doubles (n int)",
        "alter table public.doubles enable row level security",
        "insert into public.doubles values (1), (1)");
    try (var connection = stage.connection();
        var statement = connection.createStatement()) {
      statement.execute("create unique index concurrently doubles_n on public.doubles (n)");
      throw new AssertionError("equal rows passed");
    } catch (SQLException e) {
      if (!"23505".equals(e.getSQLState())) {
        throw e;
      }
    }
    stage.fires("InvalidIndex", "\"indexrelname\":\"doubles_n\"");
    stage.sql("drop table public.doubles");
    stage.ends("InvalidIndex", "\"indexrelname\":\"doubles_n\"");
  }
}
