package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.control.OperatorApi;
import io.stabbur.moving.Progress;
import io.stabbur.moving.Relocation;
import io.stabbur.moving.Switch;
import io.stabbur.platform.db.Login;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.Projects;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A project that two processes serve moves to another server and back while it is written to: no
/// write is lost or refused. About a minute on two cores.
@Tag("nightly")
class ProjectMoveLoadTest {
  private static final InstalledPostgres OLD = AtExit.close(InstalledPostgres.start());
  private static final InstalledPostgres NEW = AtExit.close(InstalledPostgres.start());
  private static final String HOST = "north.example.org";
  private static final int WRITERS = 12;
  private static final int PAUSE = Integer.getInteger("move.pause", 40);

  static final String CONTENT =
      """
      create table public.entries (id bigint primary key generated always as identity, client int not null,
        n int not null, unique (client, n));
      create table public.loose (a int);
      create table public.latest (client int primary key, n int not null);
      create function public.note() returns trigger language plpgsql security definer as $$
        begin
          insert into public.latest values (new.client, new.n) on conflict (client) do update set n = excluded.n;
          if mod(new.n, 50) = 0 then insert into public.loose values (new.n); end if;
          return null;
        end $$;
      create trigger note after insert on public.entries for each row execute function public.note();
      create table public.large as select n as id, repeat(md5(n::text), 10) as text from generate_series(1, 50000) n;
      alter table public.large add primary key (id);
      grant select on public.large to reporting;
      """;

  private static CommandServer server() {
    return CommandServer.of(
        AtExit.close(
            TestServer.start(
                Map.of(
                    "stabbur.control.database-url",
                    ProjectMoveTest.url(OLD, "control"),
                    "stabbur.migrate",
                    false))));
  }

  private static Login login(InstalledPostgres postgres) {
    return DatabaseUrl.parse(ProjectMoveTest.url(postgres, "north")).login();
  }

  /// Clients that write and read all the time.
  private static final class Clients implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean ends = new AtomicBoolean();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> written = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicLong longestWrite = new AtomicLong();
    private final AtomicLong longestRead = new AtomicLong();
    private final String key;

    Clients(List<CommandServer> servers, String key) {
      this.key = key;
      for (int client = 0; client < WRITERS; client++) {
        int id = client;
        var url = servers.get(client % servers.size()).server().url();
        threads.add(Thread.ofVirtual().start(() -> write(url, id)));
      }
      for (var server : servers) {
        threads.add(Thread.ofVirtual().start(() -> read(server.server().url())));
      }
    }

    private void write(String url, int client) {
      for (int n = 1; !ends.get(); n++) {
        long begun = System.nanoTime();
        var answer =
            Http.post(
                url + "/rest/v1/entries",
                "{\"client\": %d, \"n\": %d}".formatted(client, n),
                "Host",
                HOST,
                "apikey",
                key,
                "Content-Type",
                "application/json");
        longestWrite.accumulateAndGet(System.nanoTime() - begun, Math::max);
        if (answer.statusCode() == 201) {
          written.add(client + " " + n);
        } else {
          failures.add(answer.statusCode() + " " + answer.body());
        }
        rest(PAUSE);
      }
    }

    private void read(String url) {
      while (!ends.get()) {
        long begun = System.nanoTime();
        var answer =
            Http.get(url + "/rest/v1/entries?select=id&limit=1", "Host", HOST, "apikey", key);
        longestRead.accumulateAndGet(System.nanoTime() - begun, Math::max);
        if (answer.statusCode() != 200) {
          failures.add("read " + answer.statusCode() + " " + answer.body());
        }
        reads.incrementAndGet();
        rest(20);
      }
    }

    void tell(String when) {
      System.out.printf(
          "%s: %d writes, %d reads, %d failures, longest write %d ms, longest read %d ms%n",
          when,
          written.size(),
          reads.get(),
          failures.size(),
          longestWrite.getAndSet(0) / 1_000_000,
          longestRead.getAndSet(0) / 1_000_000);
    }

    @Override
    public void close() throws InterruptedException {
      ends.set(true);
      for (var thread : threads) {
        thread.join();
      }
    }
  }

  private static void rest(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A command that dies where it is told of something, with all that it holds.
  private static void killAt(CommandServer server, String what, String name) {
    Progress dies =
        (at, of, detail) -> {
          if (at.equals(what) && of.equals(name)) {
            throw new Killed();
          }
        };
    try (var relocation =
        Relocation.open(login(OLD), login(NEW), ClientPrograms.installed(), dies)) {
      assertThatThrownBy(() -> relocation.run(deadAt(server, what))).isInstanceOf(Killed.class);
    }
  }

  /// Asks the servers; dies in the place of the change, without a word to them.
  private static Switch deadAt(CommandServer server, String what) {
    var api = new OperatorApi(server.server());
    return new Switch() {
      @Override
      public void hold() {
        var _ = api.command("POST", "/admin/v1/projects/north/move", "{\"step\": \"hold\"}");
      }

      @Override
      public void release() {
        // a process that is killed releases nothing
      }

      @Override
      public void change() {
        assertThat(what).isEqualTo("change");
        throw new Killed();
      }
    };
  }

  @Test
  void noWriteIsLostOrRefused() throws InterruptedException {
    for (var postgres : List.of(OLD, NEW)) {
      TestPostgres.execute(postgres.superuser(), "create database north");
    }
    TestPostgres.execute(OLD.superuser(), "create database control");
    TestPostgres.execute(OLD.superuser(), "create role reporting");
    var first = server();
    var second = server();
    var _ =
        first.runWithInput(
            ProjectMoveTest.url(OLD, "north") + "\n",
            "project",
            "add",
            "north",
            "--host",
            HOST,
            "--database-url-stdin");
    TestPostgres.execute(login(OLD), CONTENT);
    var key =
        first
            .server()
            .bean(Projects.class)
            .awake("north")
            .orElseThrow()
            .keys()
            .secretKey()
            .reveal();
    rest(1000);
    try (var clients = new Clients(List.of(first, second), key)) {
      rest(2000);
      clients.tell("before");
      var target = ProjectMoveTest.url(NEW, "north");
      TestPostgres.execute(NEW.superuser(), "create role reporting login");
      assertThat(
              first
                  .commandWithInput(
                      target + "\n", "project", "move", "north", "--to", "-", "--dry-run")
                  .output())
          .contains("The target's server has a role reporting that logs in already");
      TestPostgres.execute(NEW.superuser(), "drop role reporting");
      var _ =
          first.runWithInput(target + "\n", "project", "move", "north", "--to", "-", "--dry-run");
      killAt(first, "rows", "public.large");
      killAt(first, "constraints", "");
      killAt(first, "following", "");
      clients.tell("killed while it copied");
      killAt(first, "change", "");
      clients.tell("killed in the pause, which lasts 20 s then");

      long begun = System.nanoTime();
      int before = clients.written.size();
      System.out.println(
          lastLines(first.runWithInput(target + "\n", "project", "move", "north", "--to", "-")));
      rest(12_000);
      System.out.printf(
          "%.0f writes/s%n",
          (clients.written.size() - before) / ((System.nanoTime() - begun) / 1e9));
      clients.tell("moved");
      System.out.println(lastLines(first.run("project", "move", "north", "--back")));
      rest(12_000);
      clients.tell("back");
      clients.close();
      assertThat(clients.failures).isEmpty();
      requireAll(clients);
    }
    assertThat(TestPostgres.value(login(NEW), "select count(*) from public.large"))
        .isEqualTo("50000");
  }

  private static void requireAll(Clients clients) {
    var kept =
        TestPostgres.value(
            login(OLD), "select string_agg(client || ' ' || n, ',') from public.entries");
    var lost = new TreeSet<>(clients.written);
    List.of(String.valueOf(kept).split(",", -1)).forEach(lost::remove);
    assertThat(lost).as("lost").isEmpty();
    assertThat(
            TestPostgres.value(
                login(OLD),
                "select count(*) from public.latest l where n <>"
                    + " (select max(n) from public.entries e where e.client = l.client)"))
        .isEqualTo("0");
  }

  private static String lastLines(String output) {
    var lines = output.strip().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }
}
