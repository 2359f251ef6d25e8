package io.stabbur.operations.alert;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy.Mode;
import io.stabbur.testing.Http;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// Rules about requests and what they need.
final class RequestFirings {
  static final List<Firing> ALL =
      List.of(
          Firing.quick(
              "SettingInvalid",
              "db_max_rows is set to a word in the database",
              RequestFirings::wrongSetting),
          Firing.quick(
              "PoolExhausted",
              "all connections of the pool sleep for 3.5 seconds, and three more requests wait",
              RequestFirings::heldPool),
          Firing.slow(
              "PoolTimeouts",
              "the pool is held for longer than a request waits for a connection",
              RequestFirings::heldTooLong),
          Firing.quick(
              "ErrorRate",
              "a function of the data API fails with 500 for three of four callers",
              RequestFirings::errors),
          Firing.slow(
              "SlowReads",
              "a hundred calls of the data API take 250 ms each",
              RequestFirings::slowReads),
          Firing.quick(
              "ManyRefused", "1,100 requests bring a forged token", RequestFirings::forgedTokens),
          Firing.quick(
              "SignInAttack", "sixty passwords are guessed", RequestFirings::guessedPasswords),
          Firing.quick(
              "MessagesFailing",
              "the mail server closes connections while people sign up",
              RequestFirings::noMail),
          Firing.quick(
              "HookFailing",
              "the server of a hook answers 500 while people sign up",
              RequestFirings::failingHook),
          Firing.quick(
              "StoreUnreachable",
              "the S3 store is stopped while files are read",
              RequestFirings::stoppedStore),
          Firing.slow(
              "FunctionCrashLoop",
              "a function ends its process at each call",
              RequestFirings::crashingFunction));

  private RequestFirings() {}

  private static void wrongSetting(Stage stage) {
    var reload = "notify pgrst, 'reload config'";
    stage.often(1, () -> stage.call("GET", "/rest/v1/", null));
    stage.sql("alter role authenticator set pgrst.db_max_rows = 'many'", reload);
    stage.fires("SettingInvalid", "\"severity\":\"warning\"");
    stage.sql("alter role authenticator reset pgrst.db_max_rows", reload);
    stage.ends("SettingInvalid");
  }

  private static List<Thread> holders(Stage stage, int more, double seconds) {
    var pool = stage.server().project().api();
    var actor = Actor.of(pool.login().user());
    return IntStream.range(0, pool.pool().limit() + more)
        .mapToObj(
            _ ->
                Thread.ofVirtual()
                    .start(
                        () -> {
                          try {
                            pool.exchange(
                                actor,
                                Access.READ,
                                Statement.of("select pg_sleep(" + seconds + ")"),
                                _ -> true);
                          } catch (RuntimeException _) {
                            // those that waited in vain
                          }
                        }))
        .toList();
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (var thread : threads) {
      thread.join();
    }
  }

  private static void heldPool(Stage stage) throws InterruptedException {
    var holders = holders(stage, 3, 3.5);
    stage.fires("PoolExhausted", "\"pool\":\"api\"");
    join(holders);
    stage.ends("PoolExhausted");
  }

  private static void heldTooLong(Stage stage) throws InterruptedException {
    join(holders(stage, 3, 5));
    stage.fires("PoolTimeouts", "\"pool\":\"api\"");
    stage.ends("PoolTimeouts");
  }

  /// Makes a function that the data API calls.
  private static void function(Stage stage, String name, String body) {
    stage.sql(
        "create or replace function public." + name + "() returns text " + body,
        "notify pgrst, 'reload schema'");
    Await.until(name, () -> call(stage, name) != 404);
  }

  private static int call(Stage stage, String function) {
    return stage.call("POST", "/rest/v1/rpc/" + function, "{}");
  }

  private static void errors(Stage stage) {
    function(
        stage,
        "breaks",
        "language plpgsql as $$ begin raise exception 'broken' using errcode = 'XX000'; end $$");
    function(stage, "works", "language sql as $$ select 'well' $$");
    stage.often(25, () -> call(stage, "breaks"));
    stage.often(8, () -> call(stage, "works"));
    stage.fires("ErrorRate");
    stage.sql("drop function public.breaks()");
    stage.ends("ErrorRate");
  }

  private static void slowReads(Stage stage) {
    function(stage, "takes_long", "language sql as 'select pg_sleep(0.25)::text'");
    stage.pass(Duration.ofMinutes(11));
    stage.often(104, () -> call(stage, "takes_long"));
    stage.fires("SlowReads");
    stage.sql("drop function public.takes_long()");
    stage.ends("SlowReads");
  }

  private static void forgedTokens(Stage stage) {
    stage.often(
        1100,
        () ->
            Http.get(
                stage.server().url() + "/rest/v1/organizations",
                "apikey",
                stage.server().project().keys().anonKey().reveal(),
                "Authorization",
                "Bearer a.forged.token"));
    stage.fires("ManyRefused", "\"project\":\"default\"");
    stage.ends("ManyRefused");
  }

  private static void guessedPasswords(Stage stage) {
    var body = "{\"email\":\"nobody@example.org\",\"password\":\"guess\"}";
    stage.often(60, () -> stage.auth("/token?grant_type=password", body));
    stage.fires("SignInAttack");
    stage.ends("SignInAttack");
  }

  private static int signUp(Stage stage) {
    return stage.auth(
        "/signup",
        "{\"email\":\"%s@example.org\",\"password\":\"korrekt hest\"}"
            .formatted(UUID.randomUUID()));
  }

  private static void noMail(Stage stage) throws Exception {
    stage.mail().become(Mode.REFUSE);
    IntStream.range(0, 3).forEach(_ -> signUp(stage));
    stage.fires("MessagesFailing", "\"channel\":\"mail\"");
    stage.mail().become(Mode.PASS);
    IntStream.range(0, 3).forEach(_ -> signUp(stage));
    stage.ends("MessagesFailing");
  }

  private static void failingHook(Stage stage) {
    stage.hook().refuse(1000);
    IntStream.range(0, 4).forEach(_ -> signUp(stage));
    stage.fires("HookFailing", "\"hook\":\"before");
    stage.hook().refuse(0);
    IntStream.range(0, 10).forEach(_ -> signUp(stage));
    stage.ends("HookFailing");
  }

  private static void stoppedStore(Stage stage) throws Exception {
    stage.call("POST", "/storage/v1/bucket", "{\"id\":\"kept\",\"name\":\"kept\"}");
    stage.call("POST", "/storage/v1/object/kept/a.json", "{}");
    stage.store().become(Mode.REFUSE);
    IntStream.range(0, 4).forEach(_ -> stage.call("GET", "/storage/v1/object/kept/a.json", null));
    stage.fires("StoreUnreachable");
    stage.store().become(Mode.PASS);
    stage.call("GET", "/storage/v1/object/kept/a.json", null);
    stage.ends("StoreUnreachable");
  }

  private static void crashingFunction(Stage stage) {
    Await.until(
        "five crashes",
        () -> {
          stage.call("POST", "/functions/v1/crashes", "{}");
          stage.judge();
          return stage.isFiring("FunctionCrashLoop");
        });
    stage.fires("FunctionCrashLoop", "\"function\":\"crashes\"", "\"project\":\"default\"");
    stage.ends("FunctionCrashLoop");
  }
}
