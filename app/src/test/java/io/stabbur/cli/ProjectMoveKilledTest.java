package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `kill -9` of the command, of the server and of both, at a random moment of each part of a
/// project's move and of its way back, while it is written to; after each the same command goes on.
/// Ten minutes on a busy machine.
@Tag("nightly")
class ProjectMoveKilledTest {
  private static final int KILLS = Integer.getInteger("move.kills", 20);
  private static final long SEED = Long.getLong("move.seed", System.nanoTime());
  private static final int MOST_RUNS = 4 * KILLS;
  private static final int WRITERS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final String CHANGED = "changed over";
  private static final String HOST = "north.example.org";

  /// What a database has, beside what the move keeps in it.
  private static final String CHECKSUM =
      """
      select md5(string_agg(t, ',' order by t)) from (
        select e::text as t from public.entries e union all select l::text from public.loose l
        union all select l::text from public.latest l union all select g::text from public.large g
        union all select u::text from auth.users u union all select k::text from stabbur.api_keys k
        union all select id::text from stabbur.project_identity
        union all select has_table_privilege('reporting', 'public.large', 'select')::text) x\
      """;

  private final Random random = new Random(SEED);
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();
  private final InstalledPostgres before = InstalledPostgres.start();
  private final InstalledPostgres after = InstalledPostgres.start();

  private Launched server;

  @BeforeEach
  void start() throws Exception {
    for (var postgres : List.of(before, after)) {
      TestPostgres.execute(postgres.superuser(), "create database north");
    }
    TestPostgres.execute(before.superuser(), "create database control");
    TestPostgres.execute(before.superuser(), "create role reporting");
    DataTemplate.BASE.copyTo(folder.resolve("data"));
    Files.write(
        folder.resolve("stabbur.yml"),
        List.of(
            "stabbur.gateway.access-log: false",
            "stabbur.migrate: false",
            "stabbur.control.database-url: '%s'"
                .formatted(ProjectMoveTest.url(before, "control"))));
    server = up();
    var _ =
        run(
            ProjectMoveTest.url(before, "north"),
            "project",
            "add",
            "north",
            "--host",
            HOST,
            "--database-url-stdin");
    TestPostgres.execute(login(before), ProjectMoveLoadTest.CONTENT);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    before.close();
    after.close();
  }

  private Launched up() throws Exception {
    return Launched.start(folder, "up", "--port", Integer.toString(port), "--config", "stabbur.yml")
        .awaitReady();
  }

  private static Login login(InstalledPostgres postgres) {
    return DatabaseUrl.parse(ProjectMoveTest.url(postgres, "north")).login();
  }

  private String run(String input, String... arguments) throws Exception {
    var ended = Launched.runWithInput(input + "\n", folder, arguments);
    assertThat(ended.getKey()).as(ended.getValue()).isZero();
    return ended.getValue();
  }

  private String key() {
    try {
      var keys = Json.parse(Files.readString(folder.resolve("data/projects/north/keys.json")));
      return Objects.requireNonNull(keys.get("service_role_key")).getStringValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How often the project has changed its database.
  private int changes() {
    return Integer.parseInt(
        String.valueOf(
            TestPostgres.value(
                DatabaseUrl.parse(ProjectMoveTest.url(before, "control")).login(),
                "select moves from stabbur_control.projects where name = 'north'")));
  }

  private InstalledPostgres now() {
    return changes() % 2 == 0 ? before : after;
  }

  private Launched move() throws IOException {
    return now() == before
        ? Launched.startWithInput(
            ProjectMoveTest.url(after, "north") + "\n",
            folder,
            "project",
            "move",
            "north",
            "--to",
            "-")
        : Launched.startWithInput("", folder, "project", "move", "north", "--back");
  }

  /// Clients that write each number until it is there, whatever they are answered.
  private final class Writers implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean ends = new AtomicBoolean();
    private final Queue<String> written = new ConcurrentLinkedQueue<>();
    private final String key = key();

    Writers() {
      for (int client = 0; client < WRITERS; client++) {
        int id = client;
        threads.add(Thread.ofVirtual().start(() -> write(id)));
      }
    }

    private void write(int client) {
      for (int n = 1; !ends.get(); n++) {
        while (!isWritten(client, n) && !ends.get()) {
          rest(200);
        }
        rest(50);
      }
    }

    private boolean isWritten(int client, int n) {
      try {
        int status =
            Http.post(
                    "http://127.0.0.1:" + port + "/rest/v1/entries",
                    "{\"client\": %d, \"n\": %d}".formatted(client, n),
                    "Host",
                    HOST,
                    "apikey",
                    key,
                    "Content-Type",
                    "application/json")
                .statusCode();
        // written before, though the answer was lost
        boolean isThere = status == 201 || status == 409;
        if (isThere) {
          written.add(client + " " + n);
        }
        return isThere;
      } catch (UncheckedIOException _) {
        return false;
      }
    }

    @Override
    public void close() throws InterruptedException {
      ends.set(true);
      for (var thread : threads) {
        thread.join();
      }
    }
  }

  private static void rest(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// What is killed, the command more often than not.
  private enum Victim {
    COMMAND,
    SERVER,
    BOTH;

    static Victim of(int number) {
      return number < 6 ? COMMAND : number < 8 ? SERVER : BOTH;
    }
  }

  /// A part of a move or of its way back, which its output names where it begins.
  ///
  /// @param title the line, such as `rows ...`; empty for what is before the first
  /// @param millis how long it took when nobody was killed
  private record Phase(boolean isBack, String title, long millis) {}

  /// Runs the move, or its way back, to its end, and tells when each part of it began.
  private List<Phase> undisturbed() throws Exception {
    boolean isBack = now() == after;
    var begins = new LinkedHashMap<String, Long>();
    try (var command = move()) {
      boolean isAlive = true;
      while (isAlive) {
        isAlive = command.isAlive();
        for (var title : titles(command)) {
          begins.putIfAbsent(title, System.nanoTime());
        }
        Thread.sleep(POLL);
      }
      assertThat(command.awaitEnd()).as(command.output() + command.errors()).isZero();
    }
    var phases = new ArrayList<Phase>();
    long end = System.nanoTime();
    for (var begin : begins.sequencedEntrySet().reversed()) {
      phases.addFirst(new Phase(isBack, begin.getKey(), (end - begin.getValue()) / 1_000_000));
      end = begin.getValue();
    }
    // the way back has no plan
    phases.removeIf(phase -> isBack && phase.title().isEmpty());
    return phases;
  }

  /// The parts that the output names so far; the plan is the first.
  private static List<String> titles(Launched command) {
    var lines = outputOf(command);
    if (lines.isEmpty()) {
      return List.of();
    }
    return Stream.concat(
            Stream.of(""),
            lines.lines().filter(line -> line.endsWith(" ...") || line.startsWith(CHANGED)))
        .map(line -> line.startsWith(CHANGED) ? CHANGED : line)
        .distinct()
        .toList();
  }

  /// All parts in turn, and as many of a second turn, chosen at random, as there are kills left.
  private List<Phase> planned(List<Phase> phases) {
    var kills = new ArrayList<Phase>();
    while (kills.size() < KILLS) {
      var others = new ArrayList<>(phases);
      Collections.shuffle(others, random);
      var chosen = others.subList(0, Math.min(phases.size(), KILLS - kills.size()));
      kills.addAll(phases.stream().filter(chosen::contains).toList());
    }
    return kills;
  }

  /// Runs the move, or its way back, and kills at a random moment of this part.
  ///
  /// @return whether it had ended by itself before
  private boolean isOverBeforeItIsKilled(Victim victim, Phase phase) throws Exception {
    try (var command = move()) {
      Await.until(
          "it comes to " + phase,
          LIMIT,
          () -> !command.isAlive() || titles(command).contains(phase.title()));
      Thread.sleep((long) (random.nextDouble() * phase.millis()));
      if (!command.isAlive()) {
        assertThat(command.awaitEnd()).as(command.errors()).isZero();
        return true;
      }
      if (victim != Victim.SERVER) {
        command.kill();
      }
      var last = titles(command).getLast();
      if (victim != Victim.COMMAND) {
        server.kill();
        server.close();
        server = up();
      }
      // a command that lost its server ends by itself, and may have got to its end
      var end = victim == Victim.SERVER ? " and ended with " + command.awaitEnd() : "";
      System.out.printf(
          "%s killed in \"%s\" of %s, meant \"%s\" (%d ms)%s, %d changes so far%n",
          victim,
          last,
          phase.isBack() ? "the way back" : "the move",
          phase.title(),
          phase.millis(),
          end,
          changes());
      return false;
    }
  }

  private static String outputOf(Launched command) {
    try {
      return command.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Has the next move copy everything: one to where the project was before only follows.
  private void anew() throws Exception {
    var _ = run("", "project", "move", "north", "--done");
    TestPostgres.execute(after.superuser(), "drop database north with (force)");
    TestPostgres.execute(after.superuser(), "create database north");
  }

  private void finish() throws Exception {
    try (var command = move()) {
      assertThat(command.awaitEnd()).as(command.output() + command.errors()).isZero();
      assertThat(command.output()).contains("Moved and compared");
    }
  }

  @Test
  void whateverIsKilledTheSameCommandGoesOnAndNothingIsLost() throws Exception {
    System.out.println("-Dmove.seed=" + SEED);
    try (var writers = new Writers()) {
      var phases = undisturbed();
      phases.addAll(undisturbed());
      System.out.println(phases);
      anew();
      int runs = 0;
      for (var phase : planned(phases)) {
        boolean isKilled = false;
        while (!isKilled) {
          assertThat(++runs).as("runs").isLessThan(MOST_RUNS);
          if (phase.isBack() == (now() == after)) {
            isKilled = !isOverBeforeItIsKilled(Victim.of(random.nextInt(10)), phase);
          } else {
            finish();
          }
          if (!isKilled && !phase.isBack() && now() == before) {
            anew();
          }
        }
      }
      int changed = changes();
      finish();
      assertThat(changes()).isGreaterThan(changed);
      int written = writers.written.size();
      Await.until("it is written to", LIMIT, () -> writers.written.size() > written);
      writers.close();
      requireAll(writers.written);
    }
    finish();
    assertThat(TestPostgres.value(login(before), CHECKSUM))
        .isEqualTo(TestPostgres.value(login(after), CHECKSUM));
    assertThat(TestPostgres.value(login(now()), "select count(*) from public.large"))
        .isEqualTo("50000");
  }

  private void requireAll(Queue<String> written) {
    var kept =
        TestPostgres.value(
            login(now()), "select string_agg(client || ' ' || n, ',') from public.entries");
    var lost = new TreeSet<>(written);
    List.of(String.valueOf(kept).split(",", -1)).forEach(lost::remove);
    System.out.printf("%d writes, %d changes, %d lost%n", written.size(), changes(), lost.size());
    assertThat(lost).as("lost").isEmpty();
    assertThat(
            TestPostgres.value(
                login(now()),
                "select count(*) from public.latest l where n <>"
                    + " (select max(n) from public.entries e where e.client = l.client)"))
        .isEqualTo("0");
  }
}
