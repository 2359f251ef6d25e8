package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What the data API does over more than one request: policies, the catalog, large answers, load.
class DataServerTest {
  private static final String USER = "00000000-0000-4000-8000-000000000001";

  private static HttpResponse<String> get(String path, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("apikey");
    all.add(DataServer.anonKey());
    return Http.get(DataServer.rest() + path, all.toArray(String[]::new));
  }

  private static String bearer(String role, String user) {
    return "Bearer " + Tokens.of(DataServer.shared().project(), role, user);
  }

  @Test
  void policiesDecideWhoSeesWhat() {
    DataServer.shared();
    var mine = get("/secrets", "Authorization", bearer("authenticated", USER));
    var others =
        get(
            "/secrets",
            "Authorization",
            bearer("authenticated", "00000000-0000-4000-8000-000000000002"));

    assertThat(mine.body()).isEqualTo("[{\"id\":1,\"body\":\"hidden\"}]");
    assertThat(others.body()).isEqualTo("[]");
  }

  @Test
  void aRoleDoesNotStayOnAConnection() {
    for (var i = 0; i < 30; i++) {
      var known = get("/rpc/who", "Authorization", bearer("authenticated", USER));
      get("/rpc/refuse?code=P0001", "Authorization", bearer("authenticated", USER));
      var unknown = get("/rpc/who");

      assertThat(known.body()).contains("\"authenticated\"").contains(USER);
      assertThat(unknown.body()).contains("\"anon\"").doesNotContain(USER);
    }
  }

  @Test
  void aNewTableIsServedWithoutBeingTold() throws InterruptedException {
    var server = DataServer.shared();
    TestPostgres.execute(
        server.project().admin().login(),
        "create table shelf.later (id int primary key); insert into shelf.later values (5)");

    var found = get("/later");
    for (var i = 0; i < 100 && found.statusCode() == 404; i++) {
      Thread.sleep(100);
      found = get("/later");
    }

    assertThat(found.body()).isEqualTo("[{\"id\":5}]");
    TestPostgres.execute(server.project().admin().login(), "drop table shelf.later");
  }

  @Test
  void aLargeAnswerIsTheSameAsASmallOne() {
    var server = DataServer.shared();
    TestPostgres.execute(
        server.project().admin().login(),
        "create table shelf.many as select n as id, repeat('word ', 20) as text from generate_series(1, 20000) n");
    TestPostgres.execute(server.project().admin().login(), "notify pgrst, 'reload schema'");
    awaitTable("/many?limit=1");

    var json = get("/many?order=id", "Prefer", "count=exact");
    var csv = get("/many?order=id", "Accept", "text/csv");

    assertThat(json.headers().firstValue("Content-Range")).contains("0-19999/20000");
    assertThat(Json.parse(json.body()).size()).isEqualTo(20000);
    assertThat(csv.body().lines().count()).isEqualTo(20001);
    assertThat(csv.body()).startsWith("id,text\n1,\"word word").isNotBlank();
    TestPostgres.execute(server.project().admin().login(), "drop table shelf.many");
  }

  private static void awaitTable(String path) {
    for (var i = 0; i < 100 && get(path).statusCode() == 404; i++) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void twoHundredConnectionsWithSlowStatementsAllGetAnAnswer()
      throws InterruptedException, ExecutionException {
    DataServer.shared();
    var answers = new ArrayList<Integer>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Integer>>();
      for (var i = 0; i < 200; i++) {
        var path = i % 4 == 0 ? "/rpc/slow?seconds=1" : "/labels?id=eq.1";
        tasks.add(() -> get(path).statusCode());
      }
      for (Future<Integer> answer : clients.invokeAll(tasks)) {
        answers.add(answer.get());
      }
    }
    long start = System.nanoTime();
    var after = get("/labels?id=eq.1");

    assertThat(answers).hasSize(200).allMatch(Set.of(200, 503, 504)::contains).contains(200);
    assertThat(after.statusCode()).isEqualTo(200);
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(1000);
  }

  @Test
  void aRequestCostsOneRoundTrip() throws IOException {
    var superuser = TestPostgres.newDatabase();
    for (var role : List.of("anon", "authenticated", "service_role")) {
      TestPostgres.execute(
          superuser,
          "do $$ begin create role "
              + role
              + "; exception when duplicate_object then null; end $$");
    }
    TestPostgres.execute(superuser, SqlFile.of(DataServer.class, "shelf"));
    var address = java.net.URI.create(superuser.url().substring("jdbc:".length()));
    try (var proxy = CountingProxy.to(address.getPort());
        var server =
            serving(
                proxy.port(), address.getPath(), superuser.password().reveal(), superuser.user())) {
      var url = server.url() + "/rest/v1/books?id=eq.1&select=*,authors!author_id(*)";
      Http.get(url);
      Http.get(url);
      var counts = new ArrayList<Long>();
      for (var i = 0; i < 15; i++) {
        var before = proxy.roundTrips();
        assertThat(Http.get(url).statusCode()).isEqualTo(200);
        counts.add(proxy.roundTrips() - before);
      }
      // other parts of the server may speak to the database meanwhile; most requests are alone
      assertThat(counts.stream().filter(n -> n == 1).count()).isGreaterThan(10);
    }
  }

  private static TestServer serving(int port, String path, String password, String user) {
    return TestServer.start(
        Map.of(
            "stabbur.projects.default.database-url",
            "postgresql://127.0.0.1:" + port + path,
            "stabbur.projects.default.api-user",
            user,
            "stabbur.projects.default.api-password",
            password,
            "stabbur.projects.default.admin-user",
            user,
            "stabbur.projects.default.admin-password",
            password,
            "stabbur.projects.default.prepare",
            false,
            "stabbur.migrate",
            false,
            "stabbur.rest.schemas",
            "shelf",
            "stabbur.rest.listen",
            false,
            "stabbur.gateway.require-api-key",
            false));
  }
}
