package io.stabbur.operations.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.AnsweredRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The log of requests, written when the test says so.
class RequestLogTest {
  private static final int QUEUE = 40;
  private static final int SINGLE = QUEUE - 1;
  private static final int ROWS = 60;
  private static TestServer server;
  private static RequestLog log;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                "stabbur.operations.requests.every",
                "1h",
                "stabbur.operations.requests.single",
                SINGLE,
                "stabbur.operations.requests.queue",
                QUEUE,
                "stabbur.operations.requests.rows",
                ROWS,
                "stabbur.operations.requests.age",
                "1h"));
    log = server.bean(RequestLog.class);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    log.write(server.project());
    sql("truncate stabbur.requests");
  }

  private static void sql(String text) {
    TestPostgres.execute(server.project().admin().login(), text);
  }

  private static String value(String query) {
    return String.valueOf(TestPostgres.value(server.project().admin().login(), query));
  }

  private static int get(String path, String... headers) {
    return Http.get(server.url() + path, headers).statusCode();
  }

  private static String[] secret() {
    return new String[] {"apikey", server.project().keys().secretKey().reveal()};
  }

  private static JsonNode asked(String query) {
    log.write(server.project());
    var answer = Http.get(server.url() + "/admin/v1/requests" + query, secret());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  @Test
  void aRequestIsKeptByItsTemplateAndWithoutAnythingAPersonWrote() {
    var id = UUID.randomUUID();
    var key = secret();
    get("/rest/v1/organizations?name=eq.Kari%20Nordmann&select=id", key);
    get("/rest/v1/karis_diary?id=eq." + id, key);
    get("/auth/v1/admin/users/" + id, key);
    get("/storage/v1/object/letters/kari/" + id + ".pdf", key);
    get("/storage/v1/object/sign/letters/kari.pdf?token=kari", key);
    get("/functions/v1/kari", key);
    get("/kari/nordmann", key);
    get(
        "/rest/v1/organizations",
        key[0],
        key[1],
        "X-Request-Id",
        "kari.nordmann",
        "User-Agent",
        "Kari",
        "Prefer",
        "kari");
    log.write(server.project());

    assertThat(value("select string_agg(r::text, ' ') from stabbur.requests r"))
        .doesNotContainIgnoringCase("kari")
        .doesNotContainIgnoringCase("nordmann")
        .doesNotContain(id.toString())
        .contains("/rest/v1/organizations")
        .contains("/rest/v1{/path:.*}")
        .contains("/auth/v1/admin/users/{")
        .contains("/storage/v1/object/");
  }

  @Test
  void theIdOfTheRequestIsKeptWhereItIsARandomNumber() {
    var given = UUID.randomUUID().toString();
    get("/rest/v1/organizations", "apikey", secret()[1], "X-Request-Id", given);
    var own = Http.get(server.url() + "/rest/v1/organizations", secret());
    get("/rest/v1/organizations", "apikey", secret()[1], "X-Request-Id", "4111111111111111");
    log.write(server.project());

    assertThat(value("select string_agg(request_id, ' ' order by id) from stabbur.requests"))
        .isEqualTo(given + " " + own.headers().firstValue("X-Request-Id").orElseThrow() + " ");
  }

  @Test
  void errorsAreCountedByPathRoleAndOrganization() {
    var organization = UUID.randomUUID();
    var member =
        Tokens.signed(
            server.project().keys().jwtSecret().reveal(),
            "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
            "{\"role\":\"authenticated\",\"organization_id\":\"%s\",\"exp\":%d}"
                .formatted(organization, Instant.now().plusSeconds(600).getEpochSecond()));
    for (int i = 0; i < 3; i++) {
      get(
          "/rest/v1/nothing_there",
          "apikey",
          server.project().keys().anonKey().reveal(),
          "Authorization",
          "Bearer " + member);
    }
    get("/rest/v1/nothing_there", secret());
    get("/rest/v1/organizations", secret());
    get("/rest/v1/organizations", "apikey", "wrong");

    assertThat(Json.write(asked("?by=route")))
        .containsPattern(
            "\"route\":\"GET /rest/v1\\{/path:\\.\\*\\}\",\"from\":\"[^\"]+\",\"status\":404,\"requests\":4,")
        .contains("\"status\":401,\"requests\":1,")
        .doesNotContain("\"status\":200");
    assertThat(Json.write(asked("?by=organization")))
        .contains("\"organization\":\"" + organization + "\"");
    assertThat(counted(asked("?by=organization"), "organization", organization.toString()))
        .isEqualTo(3);
    assertThat(counted(asked("?by=role"), "role", "authenticated")).isEqualTo(3);
    assertThat(Json.write(asked("?by=route&status=0&step=5"))).contains("\"status\":200");
    assertThat(Json.write(asked("/lines?limit=2")))
        .contains("\"status\":401")
        .doesNotContain("\"status\":200");
  }

  private static long counted(JsonNode answer, String by, String what) {
    long sum = 0;
    for (var count : Objects.requireNonNull(answer.get("counts")).values()) {
      if (Objects.requireNonNull(count.get(by)).coerceStringValue().equals(what)) {
        sum += Objects.requireNonNull(count.get("requests")).getLongValue();
      }
    }
    return sum;
  }

  @Test
  void hoursAreCountedAndOutliveTheirRequests() {
    log.write(server.project());
    sql("delete from stabbur.requests");
    sql("delete from stabbur.request_hours");
    sql(
        "insert into stabbur.requests (at, request_id, route, method, status, microseconds, role)"
            + " select now() - interval '1 hour' * (n % 2), '', '/x', 'GET',"
            + " case when n <= 20 then 500 else 200 end, case when n <= 20 then 100000 else 900 end,"
            + " 'anon' from generate_series(1, 200) n");
    sql("delete from stabbur.requests");

    var report = server.bean(RequestReport.class);
    var hours = report.totals(server.project(), Duration.ofHours(1), 24);

    assertThat(hours).hasSize(24);
    assertThat(hours.subList(22, 24)).allMatch(each -> each.requests() == 100);
    assertThat(hours.getLast().failed()).isEqualTo(10);
    assertThat(hours.getLast().slow()).isBetween(100.0, 120.0);
    assertThat(hours.subList(0, 22)).allMatch(each -> each.requests() == 0);
    var days = report.totals(server.project(), Duration.ofDays(1), 14);
    assertThat(days.getLast().requests()).isEqualTo(200);
    log.expire(server.project());
    assertThat(value("select count(*) > 0 from stabbur.request_hours")).isEqualTo("t");
  }

  @Test
  void onlySoManyRowsAreKeptAndNoneThatIsTooOld() {
    for (int round = 0; round < 3; round++) {
      IntStream.range(0, QUEUE - 1).forEach(_ -> get("/rest/v1/", secret()));
      log.write(server.project());
    }
    assertThat(value("select count(*) from stabbur.requests")).isEqualTo("117");
    var newest = value("select max(id) from stabbur.requests");

    log.expire(server.project());

    assertThat(value("select count(*) from stabbur.requests")).isEqualTo(Integer.toString(ROWS));
    assertThat(value("select max(id) from stabbur.requests")).isEqualTo(newest);

    sql("update stabbur.requests set at = at - interval '2 hours' where id <> " + newest);
    get("/rest/v1/", secret());
    log.write(server.project());
    log.expire(server.project());

    assertThat(value("select count(*) from stabbur.requests")).isEqualTo("2");
  }

  @Test
  void successfulRequestsBeyondTheLimitOfABatchAreCountedTogether() {
    IntStream.range(0, SINGLE + 25)
        .forEach(_ -> assertThat(get("/rest/v1/", secret())).isEqualTo(200));

    assertThat(counted(asked("?by=role&status=200"), "role", "service_role"))
        .isEqualTo(SINGLE + 25);
    assertThat(value("select count(*) from stabbur.requests where request_id <> ''"))
        .isBetween(Integer.toString(SINGLE), Integer.toString(SINGLE + 24));
    assertThat(value("select sum(requests) from stabbur.requests where microseconds > 0"))
        .isEqualTo(Integer.toString(SINGLE + 25));
    assertThat(value("select bool_and(requests = 1 or request_id = '') from stabbur.requests"))
        .isEqualTo("t");
  }

  /// Each batch is a transaction, so their ids count the batches.
  @Test
  void requestsThatComeWhileABatchIsWrittenWaitForTheNext() throws InterruptedException {
    var request =
        new AnsweredRequest(
            server.project().name(),
            "",
            "/x",
            "/x",
            "GET",
            200,
            1_000_000,
            Optional.empty(),
            Optional.empty());
    var stop = new AtomicBoolean();
    var answered = new AtomicInteger();
    var load =
        Thread.ofVirtual()
            .start(
                () -> {
                  // ends by itself, for a log that writes as long as there are requests
                  while (!stop.get() && answered.get() < 2_000_000) {
                    log.answered(request);
                    answered.incrementAndGet();
                  }
                });
    while (answered.get() < QUEUE) {
      Thread.onSpinWait();
    }
    log.write(server.project());
    log.write(server.project());
    stop.set(true);
    load.join();
    log.write(server.project());

    assertThat(value("select sum(requests) from stabbur.requests"))
        .isEqualTo(Integer.toString(answered.get()));
    assertThat(value("select count(distinct xmin::text) <= 3 from stabbur.requests"))
        .isEqualTo("t");
  }

  @Test
  void countsByTheHourAreWholeWhereRequestsAreCountedTogether() {
    sql("truncate stabbur.request_hours");
    IntStream.range(0, SINGLE + 25).forEach(_ -> get("/rest/v1/", secret()));
    log.write(server.project());

    assertThat(value("select sum(requests) from stabbur.request_hours"))
        .isEqualTo(Integer.toString(SINGLE + 25));
  }

  @Test
  void ofAFloodOfFailedRequestsNoneIsLost() {
    double before = dropped();
    IntStream.range(0, QUEUE + 25)
        .forEach(_ -> assertThat(get("/rest/v1/missing", secret())).isEqualTo(404));
    log.write(server.project());

    assertThat(dropped() - before).isZero();
    assertThat(
            value(
                "select count(*) filter (where request_id <> '') >= %d and sum(requests) = %d from stabbur.requests where status = 404"
                    .formatted(QUEUE, QUEUE + 25)))
        .isEqualTo("t");
  }

  private static double dropped() {
    return Http.get(server.url() + "/metrics", secret())
        .body()
        .lines()
        .filter(line -> line.startsWith("stabbur_request_log_dropped_total{project=\"default\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenLater() {
    get("/rest/v1/", secret());
    sql("alter table stabbur.requests rename to requests_away");
    try {
      assertThatThrownBy(() -> log.write(server.project())).isInstanceOf(ApiException.class);
    } finally {
      sql("alter table stabbur.requests_away rename to requests");
    }
    log.write(server.project());
    assertThat(value("select count(*) from stabbur.requests")).isEqualTo("1");
  }

  @Test
  void onlyTheServiceRoleSeesIt() {
    var member = Tokens.of(server.project(), "authenticated", UUID.randomUUID().toString());
    var anon = server.project().keys().anonKey().reveal();
    for (var path : new String[] {"/admin/v1/requests", "/admin/v1/requests/lines"}) {
      assertThat(get(path)).isEqualTo(401);
      assertThat(get(path, "apikey", anon)).isEqualTo(403);
      assertThat(get(path, "apikey", anon, "Authorization", "Bearer " + member)).isEqualTo(403);
      assertThat(get(path, secret())).isEqualTo(200);
    }
    assertThat(get("/admin/v1/requests?by=person", secret())).isEqualTo(400);
    for (var role : new String[] {"anon", "authenticated", "service_role", "authenticator"}) {
      assertThat(
              value(
                  "select has_table_privilege('%s', 'stabbur.requests', 'select')".formatted(role)))
          .isEqualTo("f");
    }
  }
}
