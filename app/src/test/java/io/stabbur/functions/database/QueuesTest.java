package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Message queues under the names of `pgmq`.
class QueuesTest {
  @BeforeAll
  static void create() {
    run("create extension if not exists pgmq");
  }

  @AfterAll
  static void drop() {
    run("drop extension pgmq cascade");
    run("drop schema if exists pgmq_public, pgmq cascade");
  }

  private static String as(String role, String sql) {
    try {
      return TestServer.shared()
          .project()
          .admin()
          .transaction(
              Actor.of(role),
              Access.WRITE,
              tx ->
                  tx.first(Statement.of(sql), row -> String.valueOf(row.getString(1))).orElse(""));
    } catch (ApiException e) {
      throw new IllegalStateException(
          e.error() instanceof Failure.Database failure ? failure.message() : e.error().toString(),
          e);
    }
  }

  private static String value(String sql) {
    return as("postgres", sql);
  }

  private static void run(String sql) {
    TestServer.shared()
        .project()
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  @Test
  void aMessageIsHiddenWhileItIsReadAndArchivedOrDeletedOnce() {
    value("select pgmq.create('Orders')");
    value("select pgmq.create('Orders')");
    assertThat(value("select pgmq.send('Orders', '{\"n\": 1}')")).isEqualTo("1");
    assertThat(
            value(
                "select string_agg(id::text, ',') from pgmq.send_batch('Orders',"
                    + " array['{\"n\": 2}', '{\"n\": 3}']::jsonb[], array['{\"h\": 1}', null]::jsonb[]) as id"))
        .isEqualTo("2,3");
    assertThat(value("select pgmq.send('Orders', '{\"later\": true}', 3600)")).isEqualTo("4");
    assertThat(
            value(
                "select string_agg(concat_ws('/', msg_id, read_ct, message ->> 'n', headers ->> 'h'), ',') from"
                    + " pgmq.read('Orders', 30, 2)"))
        .isEqualTo("1/1/1,2/1/2/1");
    assertThat(value("select count(*) from pgmq.read('Orders', 30, 9, '{\"n\": 4}')"))
        .isEqualTo("0");
    assertThat(value("select msg_id from pgmq.read('Orders', 30, 9, '{\"n\": 3}')")).isEqualTo("3");
    assertThat(value("select pgmq.archive('Orders', 1)")).isEqualTo("t");
    assertThat(value("select pgmq.archive('Orders', 1)")).isEqualTo("f");
    assertThat(value("select message ->> 'n' from pgmq.\"a_orders\"")).isEqualTo("1");
    assertThat(
            value(
                "select string_agg(id::text, ',') from pgmq.delete('Orders', array[2, 99]) as id"))
        .isEqualTo("2");
    assertThat(value("select msg_id from pgmq.set_vt('Orders', 3, 0)")).isEqualTo("3");
    assertThat(value("select msg_id || '/' || read_ct from pgmq.pop('Orders')")).isEqualTo("3/1");
    assertThat(
            value(
                "select concat_ws('/', queue_length, queue_visible_length, total_messages) from"
                    + " pgmq.metrics('Orders')"))
        .isEqualTo("1/0/4");
    assertThat(value("select queue_name from pgmq.metrics_all()")).isEqualTo("Orders");
    assertThat(value("select queue_name || is_unlogged from pgmq.list_queues()"))
        .isEqualTo("Ordersfalse");
    assertThat(value("select pgmq.purge_queue('Orders')")).isEqualTo("1");
    assertThat(value("select pgmq.drop_queue('Orders')")).isEqualTo("t");
    assertThat(value("select pgmq.drop_queue('Orders')")).isEqualTo("f");
    assertThat(value("select to_regclass('pgmq.q_orders')")).isEqualTo("null");
  }

  @Test
  void aReaderWaitsForMessagesAndNoMessageIsReadTwiceByManyReaders() throws Exception {
    value("select pgmq.create_unlogged('jobs')");
    assertThat(value("select count(*) from pgmq.read_with_poll('jobs', 30, 1, 1, 50)"))
        .isEqualTo("0");
    value(
        "select count(*) from (select pgmq.send('jobs', to_jsonb(n)) from generate_series(1, 200) as"
            + " n) as sent");
    var read = new HashSet<String>();
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var batches =
          readers.invokeAll(
              IntStream.range(0, 40)
                  .mapToObj(
                      _ ->
                          (Callable<String>)
                              () ->
                                  value(
                                      "select string_agg(msg_id::text, ',') from"
                                          + " pgmq.read('jobs', 60, 5)"))
                  .toList());
      for (var batch : batches) {
        for (var id : batch.get().split(",", -1)) {
          assertThat(read.add(id)).as(id).isTrue();
        }
      }
    }
    assertThat(read).hasSize(200);
    value("select pgmq.drop_queue('jobs')");
  }

  @Test
  void badNamesAndPartitionsAreRefused() {
    for (var name : new String[] {"a;b", "a$b", "a--b", "a''b"}) {
      assertThatThrownBy(() -> value("select pgmq.create('" + name + "')"))
          .as(name)
          .hasMessageContaining("invalid characters");
    }
    assertThatThrownBy(() -> value("select pgmq.create('" + "x".repeat(48) + "')"))
        .hasMessageContaining("maximum length is 47");
    assertThatThrownBy(() -> value("select pgmq.create_partitioned('parts')"))
        .hasMessageContaining("pg_partman is required");
    assertThatThrownBy(() -> value("select pgmq.send('nowhere', '{}')"))
        .hasMessageContaining("does not exist");
  }

  @Test
  void clientsUseTheQueuesThatTheirRightsReachAndNoOther() {
    value("select pgmq.create('open')");
    value("select pgmq.create('closed')");
    run("grant select, insert, update, delete on pgmq.q_open to authenticated");
    assertThat(as("authenticated", "select pgmq_public.send('open', '{\"a\": 1}')")).isEqualTo("1");
    assertThat(as("authenticated", "select message ->> 'a' from pgmq_public.pop('open')"))
        .isEqualTo("1");
    for (var role : new String[] {"anon", "authenticated"}) {
      assertThatThrownBy(() -> as(role, "select pgmq_public.send('closed', '{}')"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> as(role, "select pgmq.create('mine')"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> as(role, "select pgmq.drop_queue('closed')"))
          .hasMessageContaining("permission denied");
    }
    // a dashboard's own migration replaces the functions for clients
    run(
        "create or replace function pgmq_public.pop(queue_name text) returns setof pgmq.message_record"
            + " language plpgsql set search_path = '' as $$ begin return query select * from"
            + " pgmq.pop(queue_name := queue_name); end $$");
    value("select pgmq.drop_queue('open')");
    value("select pgmq.drop_queue('closed')");
  }
}
