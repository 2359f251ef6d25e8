package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What becomes of a session when refresh tokens are lost, sent twice, or stolen; in both formats.
class RefreshApiTest {
  private static TestServer rows;
  private static TestServer counters;

  @BeforeAll
  static void start() {
    rows = TestServer.start(Map.of("stabbur.auth.limits.token", 0));
    counters =
        TestServer.start(
            Map.of("stabbur.auth.limits.token", 0, "stabbur.auth.token.refresh-format", 2));
  }

  @AfterAll
  static void stop() {
    rows.close();
    counters.close();
  }

  @Test
  void fiftyRefreshesAtOnceAllGetTheSameNewToken() throws Exception {
    for (var server : new TestServer[] {rows, counters}) {
      var client = new AuthClient(server);
      var token = client.signUp(AuthClient.newEmail()).text("refresh_token");

      var answers = atOnce(50, () -> client.refresh(token));

      assertThat(answers).allMatch(a -> a.status() == 200, "status 200");
      var fresh = answers.stream().map(a -> a.text("refresh_token")).distinct().toList();
      assertThat(fresh).hasSize(1).doesNotContain(token);
      assertThat(client.refresh(fresh.getFirst()).status()).isEqualTo(200);
    }
  }

  @Test
  void aLostAnswerMayBeAskedForAgainAnHourLater() {
    for (var server : new TestServer[] {rows, counters}) {
      var client = new AuthClient(server);
      var token = client.signUp(AuthClient.newEmail()).text("refresh_token");
      var lost = client.refresh(token).text("refresh_token");
      hourPasses(server);

      var again = client.refresh(token);

      assertThat(again.status()).isEqualTo(200);
      assertThat(again.text("refresh_token")).isEqualTo(lost);
      assertThat(client.refresh(lost).status()).isEqualTo(200);
    }
  }

  @Test
  void anOlderTokenThanThatEndsTheSession() {
    for (var server : new TestServer[] {rows, counters}) {
      var client = new AuthClient(server);
      var first = client.signUp(AuthClient.newEmail()).text("refresh_token");
      var second = client.refresh(first).text("refresh_token");
      var third = client.refresh(second).text("refresh_token");
      hourPasses(server);

      var stolen = client.refresh(first);

      assertThat(stolen.status()).isEqualTo(400);
      assertThat(stolen.text("code")).isEqualTo("refresh_token_already_used");
      assertThat(client.refresh(third).status()).isEqualTo(400);
    }
  }

  @Test
  void withinTheReuseIntervalAnOldTokenIsStillGood() {
    for (var server : new TestServer[] {rows, counters}) {
      var client = new AuthClient(server);
      var first = client.signUp(AuthClient.newEmail()).text("refresh_token");
      var second = client.refresh(first).text("refresh_token");
      var third = client.refresh(second).text("refresh_token");

      var again = client.refresh(first);

      assertThat(again.status()).isEqualTo(200);
      assertThat(client.refresh(again.text("refresh_token")).status()).isEqualTo(200);
      assertThat(client.refresh(third).status()).isEqualTo(200);
    }
  }

  @Test
  void aCounterAheadOfTheDatabaseWasNotIssuedHere() {
    var client = new AuthClient(counters);
    var session = client.signUp(AuthClient.newEmail());
    var fresh = client.refresh(session.text("refresh_token")).text("refresh_token");
    sql(counters, "update auth.sessions set refresh_token_counter = 0");

    assertThat(fresh).hasSizeGreaterThan(40);
    assertThat(client.refresh(fresh).text("code")).isEqualTo("validation_failed");
  }

  @Test
  void aChangedTokenIsMalformed() {
    var client = new AuthClient(counters);
    var token = client.signUp(AuthClient.newEmail()).text("refresh_token");
    var changed =
        token.substring(0, 30) + (token.charAt(30) == 'A' ? 'B' : 'A') + token.substring(31);

    var refused = client.refresh(changed);
    assertThat(refused.text("code")).isEqualTo("validation_failed");
    assertThat(refused.text("message")).isEqualTo("Refresh token is not valid");
  }

  @Test
  void whatTheHookSaysIsInTheNextToken() {
    var client = new AuthClient(rows);
    sql(
        rows,
        """
        create or replace function public.custom_access_token_hook(event jsonb) returns jsonb
        language sql as $$ select jsonb_set(event, '{claims,user_role}', '"coordinator"') $$""");
    try {
      var session = client.signUp(AuthClient.newEmail());
      var token = session.text("access_token");
      sql(
          rows,
          """
          create or replace function public.custom_access_token_hook(event jsonb) returns jsonb
          language sql as $$ select jsonb_set(event, '{claims,user_role}', '"org_admin"') $$""");
      var next = client.refresh(session.text("refresh_token")).text("access_token");

      assertThat(AuthClient.claim(token, "user_role").getStringValue()).isEqualTo("coordinator");
      assertThat(AuthClient.claim(next, "user_role").getStringValue()).isEqualTo("org_admin");
    } finally {
      sql(rows, "drop function public.custom_access_token_hook(jsonb)");
    }
  }

  @Test
  void aHookThatFailsOrDropsAClaimIsNamedAndNothingHappened() {
    var client = new AuthClient(rows);
    var email = AuthClient.newEmail();
    sql(
        rows,
        """
        create or replace function public.custom_access_token_hook(event jsonb) returns jsonb
        language sql as $$ select event #- '{claims,sub}' $$""");
    try {
      var dropped = client.signUp(email);
      sql(
          rows,
          """
          create or replace function public.custom_access_token_hook(event jsonb) returns jsonb
          language plpgsql as $$ begin raise exception 'no such luck'; end $$""");
      var failed = client.signUp(email);

      assertThat(dropped.status()).isEqualTo(500);
      assertThat(dropped.text("message")).contains("hook").contains("sub");
      assertThat(failed.status()).isEqualTo(500);
      assertThat(failed.text("message"))
          .contains("custom_access_token_hook")
          .contains("no such luck");
    } finally {
      sql(rows, "drop function public.custom_access_token_hook(jsonb)");
    }
    assertThat(client.signIn(email).text("code")).isEqualTo("invalid_credentials");
  }

  @Test
  void aSlowHookIsAFaultOfTheServerAndTheSessionGoesOn() {
    var client = new AuthClient(rows);
    var session = client.signUp(AuthClient.newEmail());
    sql(
        rows,
        """
        create or replace function public.custom_access_token_hook(event jsonb) returns jsonb
        language plpgsql as $$ begin perform pg_sleep(5); return event; end $$""");
    try {
      var slow = client.refresh(session.text("refresh_token"));

      assertThat(slow.status()).isEqualTo(504);
      assertThat(slow.text("code")).isEqualTo("hook_timeout");
    } finally {
      sql(rows, "drop function public.custom_access_token_hook(jsonb)");
    }
    assertThat(client.refresh(session.text("refresh_token")).status()).isEqualTo(200);
  }

  private static void hourPasses(TestServer server) {
    sql(
        server,
        """
        with t as (update auth.refresh_tokens set updated_at = updated_at - interval '1 hour')
        update auth.sessions set refreshed_at = refreshed_at - interval '1 hour',
          created_at = created_at - interval '1 hour'""");
  }

  private static void sql(TestServer server, String sql) {
    var role = sql.contains("auth.") ? "supabase_auth_admin" : "postgres";
    server
        .project()
        .admin()
        .transaction(Actor.of(role), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }

  private static <T> List<T> atOnce(int times, Callable<T> work)
      throws InterruptedException, ExecutionException {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<T>>();
      for (int i = 0; i < times; i++) {
        running.add(executor.submit(work));
      }
      var results = new ArrayList<T>();
      for (var future : running) {
        results.add(future.get());
      }
      return results;
    }
  }
}
