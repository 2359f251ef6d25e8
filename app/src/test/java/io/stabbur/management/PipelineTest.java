package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.SupabaseCli;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// From a merge to production: a migration and a function go to staging by Supabase's own command,
/// mistakes change nothing, what holds is promoted, and what does not is taken back with one
/// command while everybody goes on. By default its pieces are tested apart: CliDatabaseTest,
/// CliFunctionsTest, FunctionsCommandTest.
@Tag("nightly")
class PipelineTest {
  private static final String HOST = "stabbur.test";
  private static final String FIRST = "migrations/20270101000000_notes.sql";
  private static final String SECOND = "migrations/20270102000000_more.sql";

  /// A server, its database's address, and the command that finds it.
  private record Stage(ManagementServer api, SupabaseCli cli) {
    static Stage start() {
      var random = ThreadLocalRandom.current();
      var address = "127.78.%d.%d".formatted(random.nextInt(1, 250), random.nextInt(1, 250));
      var api =
          new ManagementServer(
              AtExit.close(
                  TestServer.start(
                      Map.of(
                          "stabbur.migrate",
                          false,
                          "stabbur.functions.deno",
                          Node.deno().toString(),
                          "stabbur.management.database-port",
                          5432,
                          "stabbur.management.database-address",
                          address,
                          "stabbur.management.project-host",
                          HOST))));
      var cli =
          SupabaseCli.of(api.server(), api.token("pipeline"), HOST, "")
              .host("db." + api.reference() + "." + HOST, address);
      return new Stage(api, cli);
    }

    /// What the pipeline runs at each merge; the first step that fails ends it.
    void deploy() {
      cli.run("db", "push", "--remote=" + api.reference(), "--yes");
      cli.run("functions", "deploy", "--remote=" + api.reference(), "--yes");
    }

    String call() {
      var answer = Http.get(api.server().url() + "/functions/v1/notes");
      return answer.statusCode() + " " + answer.body();
    }

    int table(String name) {
      return Http.get(
              api.server().url() + "/rest/v1/" + name,
              "apikey",
              api.server().project().keys().anonKey().reveal())
          .statusCode();
    }

    void rollBack() {
      var answer =
          Http.post(
              api.server().url() + "/functions/v1/_internal/functions/notes/rollback",
              "",
              "apikey",
              api.server().project().keys().secretKey().reveal());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private static String function(String answer) {
    return "Deno.serve(() => new Response('" + answer + "'));";
  }

  private static String table(String name) {
    return "create table public.%s (a int); grant select on public.%s to anon;"
        .formatted(name, name);
  }

  @Test
  void whatIsMergedGoesToStagingThenToProductionAndBack() {
    var staging = Stage.start();
    var repository =
        staging
            .cli()
            .file("config.toml", "project_id = \"notes\"\n[functions.notes]\nverify_jwt = false\n")
            .file(FIRST, table("notes"))
            .file("functions/notes/index.ts", function("first"));
    staging.deploy();
    assertThat(staging.call()).isEqualTo("200 first");
    assertThat(staging.table("notes")).isEqualTo(200);

    repository.file(SECOND, table("more") + " create tabel public.broken (a int);");
    assertThat(repository.refusal("db", "push", "--remote=" + staging.api().reference(), "--yes"))
        .contains("syntax error");
    assertThat(staging.table("more")).isEqualTo(404);

    repository.file(SECOND, table("more")).file("functions/notes/index.ts", "Deno.serve(() => {");
    var deploy = List.of("functions", "deploy", "--remote=" + staging.api().reference(), "--yes");
    assertThat(repository.refusal(deploy.toArray(String[]::new))).contains("cannot be loaded");
    assertThat(staging.call()).isEqualTo("200 first");

    repository.file("functions/notes/index.ts", function("second"));
    staging.deploy();
    assertThat(staging.call()).isEqualTo("200 second");
    assertThat(staging.table("more")).isEqualTo(200);

    var production = Stage.start();
    production.cli().in(repository);
    production.deploy();
    assertThat(production.call()).isEqualTo("200 second");
    assertThat(production.table("more")).isEqualTo(200);

    try (var load = new Load(production)) {
      repository.file("functions/notes/index.ts", function("third"));
      production.deploy();
      load.await("200 third");
      production.rollBack();
      load.await("200 second");
      assertThat(load.failures()).isEmpty();
    }
  }

  /// Calls that never pause.
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Stage stage;

    Load(Stage stage) {
      this.stage = stage;
      for (int i = 0; i < 4; i++) {
        threads.add(Thread.ofVirtual().start(this::run));
      }
    }

    private void run() {
      while (!ended.get()) {
        var answer = stage.call();
        calls.incrementAndGet();
        if (!answer.startsWith("200 ")) {
          failures.add(answer);
        }
      }
    }

    /// Until calls are answered so, and have been for a while.
    void await(String answer) {
      Await.until(answer, () -> stage.call().equals(answer));
      int before = calls.get();
      Await.until("calls go on", () -> calls.get() > before + 200);
      assertThat(stage.call()).isEqualTo(answer);
    }

    List<String> failures() {
      return List.copyOf(failures);
    }

    @Override
    public void close() {
      ended.set(true);
      try {
        for (var thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
