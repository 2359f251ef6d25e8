package io.stabbur.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.CountingProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// What the data API does over more than one request: policies, the catalog, large answers.
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

  @Test
  void aLargeAnswerIsOneRequestWithAllThatBelongsToIt() throws IOException {
    var server = DataServer.shared();
    var admin = server.project().admin().login();
    TestPostgres.execute(
        admin,
        "create table shelf.plenty as select n as id, repeat('word ', 20) as text from generate_series(1, 20000) n");
    TestPostgres.execute(
        admin,
        """
        create function shelf.before() returns void language sql as
          $$ select set_config('response.headers', '[{"X-Before": "' || current_user || '"}]', true) $$""");
    TestPostgres.execute(
        admin,
        "alter role authenticator set pgrst.db_pre_request = 'shelf.before'; notify pgrst, 'reload config'");
    try {
      awaitTable("/plenty?limit=1");
      awaitHeader("/labels", "X-Before");

      var counted = get("/plenty?id=gt.5&order=id", "Prefer", "count=exact");
      var planned = get("/plenty?select=id,text", "Prefer", "count=planned");

      assertThat(counted.headers().firstValue("X-Before")).contains("anon");
      assertThat(counted.headers().firstValue("Content-Range")).contains("0-19994/19995");
      assertThat(counted.headers().firstValue("Content-Length"))
          .contains(Integer.toString(counted.body().length()));
      assertThat(planned.headers().firstValue("Content-Range").orElse(""))
          .matches("0-19999/[1-9][0-9]+");
      try (var waiting = Files.list(server.project().folder().resolve("spool"))) {
        assertThat(waiting).isEmpty();
      }
    } finally {
      TestPostgres.execute(
          admin,
          "alter role authenticator reset pgrst.db_pre_request; drop table shelf.plenty; drop function shelf.before; notify pgrst, 'reload config'");
      awaitNoHeader("/labels", "X-Before");
    }
  }

  @Test
  void anAnswerThatCannotBeSentInPortionsHasALimit() {
    DataServer.shared();
    var fits = get("/rpc/wide?length=3000000");
    var beyond = get("/rpc/wide?length=33000000");

    assertThat(fits.body()).hasSize(3_000_002);
    assertThat(beyond.statusCode()).isEqualTo(413);
    assertThat(beyond.body()).contains("\"code\":\"54000\"");
  }

  @Test
  void aBodyOfUnknownLengthIsCutOffAtTheLimit() {
    DataServer.shared();
    var endless =
        HttpRequest.BodyPublishers.ofInputStream(
            () -> new ByteArrayInputStream(("[" + " ".repeat(11_000_000) + "]").getBytes(UTF_8)));

    var answer =
        Http.sendBody(
            "POST",
            DataServer.rest() + "/labels",
            endless,
            "apikey",
            DataServer.anonKey(),
            "Content-Type",
            "application/json");

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("\"code\":\"PGRST102\"");
  }

  private static void awaitHeader(String path, String header) {
    await(() -> get(path).headers().firstValue(header).isPresent());
  }

  private static void awaitNoHeader(String path, String header) {
    await(
        () -> {
          var answer = get(path);
          return answer.statusCode() == 200 && answer.headers().firstValue(header).isEmpty();
        });
  }

  private static void await(BooleanSupplier done) {
    for (var i = 0; i < 100 && !done.getAsBoolean(); i++) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void awaitTable(String path) {
    await(() -> get(path).statusCode() != 404);
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
      for (var i = 0; i < 31; i++) {
        var before = proxy.roundTrips();
        assertThat(Http.get(url).statusCode()).isEqualTo(200);
        counts.add(proxy.roundTrips() - before);
      }
      // other parts of the server may speak to the database meanwhile; most requests are alone
      assertThat(counts.stream().sorted().skip(15).findFirst()).contains(1L);
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
