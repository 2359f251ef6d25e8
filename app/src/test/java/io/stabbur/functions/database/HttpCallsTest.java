package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// HTTP calls and webhooks of the database, with two appliances on it.
class HttpCallsTest {
  private static TwoServers servers;

  @BeforeAll
  static void serve() {
    servers = TwoServers.start();
  }

  private static String value(String sql, Object... values) {
    return servers.value(sql, values);
  }

  private static void run(String sql) {
    servers.run(sql);
  }

  private static String answer(String id) {
    var found = new String[1];
    Await.until(
        "call " + id + " is over",
        () -> {
          found[0] =
              value(
                  "select concat_ws('|', status_code, content, timed_out, error_msg) from"
                      + " net._http_response where id = ?::bigint",
                  id);
          return !found[0].isEmpty();
        });
    return found[0];
  }

  @Test
  void aCallIsMadeOnceAndItsAnswerIsKept() {
    try (var receiver =
        new Receiver((exchange, request) -> Receiver.reply(exchange, 201, "{\"a\": \"å\"}"))) {
      var url = receiver.url();
      var get =
          value(
              "select net.http_get(?, '{\"q\": \"a b&å\"}', '{\"x-mine\": \"1\"}')",
              url + "/get?z=1");
      var post =
          value("select net.http_post(url => ?, body => '{\"b\": 1}'::jsonb)", url + "/post");
      var delete = value("select net.http_delete(?)", url + "/delete");

      for (var id : List.of(get, post, delete)) {
        assertThat(answer(id)).isEqualTo("201|{\"a\": \"å\"}|f");
      }
      assertThat(
              value(
                  "select content_type || ' ' || (headers ->> 'content-type') from"
                      + " net._http_response where id = ?::bigint",
                  get))
          .isEqualTo("application/json application/json");
      assertThat(receiver.taken())
          .containsExactlyInAnyOrder(
              new Receiver.Taken("GET", "/get?z=1&q=a%20b%26%C3%A5", "1", "null", ""),
              new Receiver.Taken("POST", "/post", "null", "application/json", "{\"b\": 1}"),
              new Receiver.Taken("DELETE", "/delete", "null", "null", ""));
      assertThat(value("select count(*) from net.http_request_queue")).isEqualTo("0");
    }
  }

  @Test
  void whatFailsIsToldAndNotRepeated() {
    try (var receiver =
        new Receiver(
            (exchange, request) -> {
              switch (request.uri()) {
                case "/slow" -> Thread.sleep(3_000);
                case "/large" -> Receiver.reply(exchange, 200, "x".repeat(2 << 20));
                case "/moved" -> {
                  exchange.getResponseHeaders().set("Location", "/elsewhere");
                  exchange.sendResponseHeaders(302, -1);
                }
                case "/headers" -> {
                  for (int i = 0; i < 10; i++) {
                    exchange.getResponseHeaders().add("x-long", "y".repeat(8_000));
                  }
                  Receiver.reply(exchange, 200, "");
                }
                case "/cut" -> exchange.sendResponseHeaders(200, 10);
                default -> Receiver.reply(exchange, 500, "no");
              }
            })) {
      var url = receiver.url();
      assertThat(answer(value("select net.http_get(?, '{}', '{}', 300)", url + "/slow")))
          .startsWith("t|");
      assertThat(answer(value("select net.http_get(?)", url + "/large")))
          .isEqualTo("f|the response has more than 1048576 bytes");
      assertThat(answer(value("select net.http_get(?)", url + "/moved"))).startsWith("302|");
      assertThat(answer(value("select net.http_get(?)", url + "/cut"))).startsWith("f|");
      assertThat(answer(value("select net.http_get(?)", url + "/error"))).isEqualTo("500|no|f");
      assertThat(answer(value("select net.http_get(?)", url + "/headers")))
          .isEqualTo("f|IOException: the headers of the answer are too long");
      assertThat(answer(value("select net.http_get('http://127.0.0.1:1/')")))
          .startsWith("f|ConnectException");
      assertThat(
              answer(
                  value(
                      "select net.http_get(?, '{}', '{\"x\": \"a\\r\\nhost: b\"}')",
                      url + "/error")))
          .isEqualTo("f|IOException: a header is not one of HTTP");
      assertThat(receiver.taken()).hasSize(6);
    }
    assertThatThrownBy(() -> value("select net.http_get('file:///etc/passwd')"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void headersThatAreNoneFailTheirOwnCallOnly() {
    try (var receiver =
        new Receiver(
            (exchange, request) -> {
              exchange.getResponseHeaders().set("x-odd", "a\\u0000");
              Receiver.reply(exchange, 200, "b\\u0000\0c");
            })) {
      var url = receiver.url();
      var odd = value("select net.http_get(?, '{}', '{\"x\": 1e1001}')", url + "/odd");
      var deep =
          value(
              "select net.http_get(?, '{}', (repeat('[', 3000) || repeat(']', 3000))::jsonb)",
              url + "/deep");
      var longer =
          value(
              "select net.http_get(?, '{}', jsonb_build_object('x', repeat('y', 70000)))",
              url + "/long");
      var fine = value("select net.http_get(?)", url + "/fine");
      assertThat(answer(odd)).startsWith("f|");
      assertThat(answer(deep)).startsWith("f|the headers are no");
      assertThat(answer(longer)).isEqualTo("f|the headers are too long");
      assertThat(answer(fine)).isEqualTo("200|b\\u0000c|f");
      assertThat(
              value(
                  "select headers ->> 'x-odd' from net._http_response where id = ?::bigint", fine))
          .isEqualTo("a\\u0000");
    }
  }

  @Test
  void manyLargeBodiesAreSentWholeAndInTurn() {
    int bodies = Integer.getInteger("bodies", 8);
    var sizes = new java.util.concurrent.ConcurrentLinkedQueue<Integer>();
    try (var receiver =
        new Receiver(
            (exchange, request) -> {
              sizes.add(request.body().length());
              Receiver.reply(exchange, 200, "");
            },
            false)) {
      value(
          ("select count(*) from (select net.http_post('%s/large', to_jsonb(repeat('x', 7900000)),"
                  + " timeout_milliseconds => 60000) from generate_series(1, %d)) as sent")
              .formatted(receiver.url(), bodies));
      Await.until("all are sent", Duration.ofMinutes(2), () -> sizes.size() == bodies);
      assertThat(sizes).containsOnly(7_900_002);
    }
  }

  @Test
  void theMetadataAddressAndTheDatabaseAreOutOfReach() {
    int port = servers.databasePort();
    for (var url :
        List.of(
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:169.254.169.254]/",
            "http://2852039166/",
            "http://127.0.0.1:" + port + "/",
            "http://localhost:" + port + "/",
            "http://[::1]:" + port + "/",
            "http://0.0.0.0:" + port + "/")) {
      assertThat(answer(value("select net.http_get(?)", url)))
          .as(url)
          .satisfiesAnyOf(
              told -> assertThat(told).isEqualTo("f|the address may not be called from here"),
              told -> assertThat(told).startsWith("f|UnknownHost"),
              told -> assertThat(told).contains("not of an HTTP server"));
    }
  }

  @Test
  void aCallOfATransactionThatIsUndoneIsNotMade() {
    try (var receiver = new Receiver((exchange, request) -> Receiver.reply(exchange, 200, ""))) {
      assertThatThrownBy(
              () -> value("select net.http_get(?)::int / (1 - 1)", receiver.url() + "/undone"))
          .isInstanceOf(IllegalStateException.class);
      assertThat(answer(value("select net.http_get(?)", receiver.url() + "/done")))
          .startsWith("200");
      assertThat(receiver.taken()).extracting(Receiver.Taken::uri).containsExactly("/done");
    }
  }

  @Test
  void rolesOfTheApiCallAndReadNothing() {
    try (var receiver = new Receiver((exchange, request) -> Receiver.reply(exchange, 200, ""))) {
      var id = servers.valueAs("authenticated", "select net.http_get(?)", receiver.url() + "/user");
      assertThat(answer(id)).startsWith("200");
    }
    for (var role : List.of("anon", "authenticated")) {
      for (var sql :
          List.of(
              "select count(*) from net._http_response",
              "select count(*) from net.http_request_queue",
              "select count(*) from supabase_functions.hooks",
              "select net._enqueue('GET', 'http://x/', '{}', '{}', null, 1)",
              "select count(*) from stabbur.claim_http_requests(1)")) {
        assertThatThrownBy(() -> servers.valueAs(role, sql))
            .as(sql)
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  /// However many wait behind it: what each delivery costs must not grow with the backlog.
  @Test
  void aClaimReadsTheFirstOfALaneAlone() {
    long read =
        servers
            .first()
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"), Access.WRITE, HttpCallsTest::rowsReadByAClaimOfABacklog);
    assertThat(read).isLessThan(100);
  }

  private static long rowsReadByAClaimOfABacklog(Transaction tx) {
    tx.update(
        Statement.of(
            """
            insert into net.http_request_queue (method, url, headers, timeout_milliseconds, lane)
            select 'POST', 'http://127.0.0.1:1/', '{}', 1000, 'backlog'
            from generate_series(1, 3000)\
            """));
    long before = rowsRead(tx);
    var claim = Statement.of("select lane from stabbur.claim_http_requests(32)");
    assertThat(tx.list(claim, row -> row.getString(1))).containsExactly("backlog");
    long after = rowsRead(tx);
    tx.update(Statement.of("delete from net.http_request_queue where lane = 'backlog'"));
    return after - before;
  }

  private static long rowsRead(Transaction tx) {
    return tx.first(
            Statement.of(
                """
                select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables
                where relid = 'net.http_request_queue'::regclass\
                """),
            row -> row.getLong(1))
        .orElseThrow();
  }

  @Test
  void webhooksReachAReceiverThatFailsAtRandomOnceEachAndInOrder() {
    int rows = Integer.getInteger("webhooks", 60);
    var accepted = new ConcurrentHashMap<String, Integer>();
    var order = java.util.Collections.synchronizedList(new java.util.ArrayList<Integer>());
    try (var receiver =
        new Receiver(
            (exchange, request) -> {
              if (ThreadLocalRandom.current().nextInt(20) == 0) {
                if (ThreadLocalRandom.current().nextBoolean()) {
                  Receiver.reply(exchange, 503, "later");
                }
                return;
              }
              accepted.merge(request.body(), 1, Integer::sum);
              if (request.uri().equals("/ordered")) {
                order.add(
                    Integer.parseInt(
                        request.body().replaceFirst("(?s).*\"id\": ([0-9]+).*", "$1")));
              }
              Receiver.reply(exchange, 200, "");
            })) {
      run("create table public.hooked (id int primary key, name text)");
      run(
          "create trigger plain after insert or update or delete on public.hooked for each row"
              + " execute function supabase_functions.http_request('%s/plain', 'POST', '{\"Content-Type\": \"application/json\"}', '{}', '5000')"
                  .formatted(receiver.url()));
      run(
          "create trigger sorted after insert on public.hooked for each row"
              + " execute function supabase_functions.http_request('%s/ordered', 'POST', '{}', '{}', '5000', 'ordered')"
                  .formatted(receiver.url()));
      run(
          "insert into public.hooked select n, 'name ' || n from generate_series(1, %d) as n"
              .formatted(rows));
      run("update public.hooked set name = 'other' where id = 1");
      run("delete from public.hooked where id = 1");

      Await.until(
          "all are delivered",
          Duration.ofSeconds(60L + rows / 4),
          () -> order.size() >= rows && accepted.size() >= rows + 2);
      Await.until(
          "the queue is empty",
          () -> value("select count(*) from net.http_request_queue").equals("0"));

      assertThat(order).isEqualTo(IntStream.rangeClosed(1, rows).boxed().toList());
      // an insert is told to both triggers
      assertThat(accepted.values()).allMatch(times -> times <= 2);
      assertThat(accepted.keySet())
          .anyMatch(
              body ->
                  body.contains("\"type\": \"UPDATE\"")
                      && body.contains("\"old_record\": {\"id\": 1, \"name\": \"name 1\"}"))
          .anyMatch(
              body -> body.contains("\"type\": \"DELETE\"") && body.contains("\"record\": null"))
          .allMatch(
              body ->
                  body.contains("\"table\": \"hooked\", \"record\"")
                      || body.contains("\"schema\": \"public\""));
    } finally {
      run("drop table if exists public.hooked");
    }
  }
}
