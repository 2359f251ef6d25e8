package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Requests of many callers and roles through one connection, some of which fail: each is answered
/// as its own caller, and nothing of one is left for the next.
class MixedRolesTest {
  /// 10,000 by night: `-Drole.requests=10000`.
  private static final int REQUESTS = Integer.getInteger("role.requests", 1000);

  private static final int THREADS = 4;

  @Test
  void noRoleOrClaimSurvivesARequest() throws Exception {
    try (var server = TestServer.start(Map.of("stabbur.projects.default.api-connections", 1))) {
      TestPostgres.execute(
          server.project().admin().login(),
          """
          create function public.who_asks(fails boolean) returns json language plpgsql as $$
          declare left_over text := current_setting('stabbur.left_over', true);
          begin
            perform set_config('stabbur.left_over', current_user, true);
            if fails then raise exception 'as asked'; end if;
            return json_build_object('role', current_user, 'left', left_over,
              'sub', nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub');
          end $$""");
      Await.until("the function is served", () -> anonymous(server, false).statusCode() == 200);
      var work = new ArrayList<Callable<Integer>>();
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        work.add(() -> requests(server, new Random(seed)));
      }
      int answered = 0;
      try (var threads = Executors.newFixedThreadPool(THREADS)) {
        for (var done : threads.invokeAll(work)) {
          answered += done.get();
        }
      }

      assertThat(answered).isEqualTo(REQUESTS);
      assertThat(server.project().api().pool().open()).isEqualTo(1);
    }
  }

  private static int requests(TestServer server, Random random) {
    int answered = 0;
    for (int each = 0; each < REQUESTS / THREADS; each++) {
      boolean fails = random.nextInt(4) == 0;
      var user = "00000000-0000-4000-8000-%012d".formatted(random.nextInt(50));
      switch (random.nextInt(3)) {
        case 0 -> check(anonymous(server, fails), fails, "anon", "");
        case 1 -> check(ofUser(server, user, fails), fails, "authenticated", user);
        default -> check(service(server, fails), fails, "service_role", "");
      }
      answered++;
    }
    return answered;
  }

  private static void check(HttpResponse<String> answer, boolean fails, String role, String user) {
    if (fails) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      return;
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var told = Json.parse(answer.body());
    assertThat(List.of(text(told, "role"), text(told, "sub"), text(told, "left")))
        .isEqualTo(List.of(role, user, ""));
  }

  private static String text(JsonNode object, String field) {
    var node = object.get(field);
    return node == null || node.isNull() ? "" : node.getStringValue();
  }

  private static HttpResponse<String> anonymous(TestServer server, boolean fails) {
    var key = server.project().keys().anonKey().reveal();
    return ask(server, fails, "apikey", key, "Authorization", "Bearer " + key);
  }

  private static HttpResponse<String> service(TestServer server, boolean fails) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return ask(server, fails, "apikey", key, "Authorization", "Bearer " + key);
  }

  private static HttpResponse<String> ofUser(TestServer server, String user, boolean fails) {
    return ask(
        server,
        fails,
        "apikey",
        server.project().keys().anonKey().reveal(),
        "Authorization",
        "Bearer " + Tokens.of(server.project(), "authenticated", user));
  }

  private static HttpResponse<String> ask(TestServer server, boolean fails, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type", "application/json"));
    return Http.post(
        server.url() + "/rest/v1/rpc/who_asks",
        "{\"fails\": %s}".formatted(fails),
        all.toArray(String[]::new));
  }
}
