package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.Await;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.Launched;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three processes on one project are restarted one after the other, under steady requests and with
/// resumable uploads under way, behind a round-robin that sends to ready ones: nothing fails.
@Tag("nightly")
class RollingRestartTest {
  private static final int PROCESSES = 3;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /// Requests a second; `-Drolling.rate=300`.
  private static final int RATE = Integer.getInteger("rolling.rate", 60);

  /// How long all of them have got requests, more and more, before the first is replaced.
  private static final Duration RISE = Duration.ofSeconds(RATE / 6);

  /// How long a new one has got its share before the next is replaced, as `minReadySeconds` of the
  /// chart says.
  private static final Duration SETTLING = Duration.ofSeconds(RATE / 15);

  /// `-Drolling.program=/path/to/stabbur`: processes of a built tree, as they are shipped.
  private static final @Nullable String PROGRAM = System.getProperty("rolling.program");

  @TempDir Path scratch = Path.of("");
  private final InstalledPostgres postgres = InstalledPostgres.start();
  private final S3Store store = S3Store.onDisk(TestServer.newFolder());
  private final List<Launched> processes = new ArrayList<>();
  private final List<Integer> ports =
      IntStream.range(0, PROCESSES).mapToObj(_ -> TestServer.freePort()).toList();
  private Path configuration = Path.of("");
  private Path keys = Path.of("");

  @BeforeEach
  void start() throws IOException, InterruptedException {
    store.start();
    keys = scratch.resolve("keys");
    assertThat(Launched.run(TestServer.repository(), "keys", "generate", "--to", keys.toString()))
        .satisfies(ended -> assertThat(ended.getKey()).as(ended.getValue()).isZero());
    configuration = Files.write(scratch.resolve("replicas.yml"), settings());
    for (int port : ports) {
      processes.add(launch(port));
    }
    TestPostgres.execute(
        postgres.superuser(),
        """
        create table public.rolled (id bigint);
        grant select, insert on public.rolled to service_role;
        insert into storage.buckets (id, name) values ('rolled', 'rolled');
        """);
  }

  private List<String> settings() {
    return List.of(
        "stabbur.public-url: 'http://127.0.0.1:%d'".formatted(ports.getFirst()),
        "stabbur.gateway.access-log: false",
        "stabbur.migrate: false",
        "stabbur.shutdown.delay: 1s",
        "stabbur.projects.default.database-url: '%s'".formatted(postgres.databaseUrl()),
        "stabbur.projects.default.store-bucket: objects",
        "stabbur.projects.default.store-endpoint: 'http://127.0.0.1:%d'".formatted(store.port()),
        "stabbur.projects.default.store-access-key-id: test-id",
        "stabbur.projects.default.store-secret-access-key: test-secret");
  }

  private Launched launch(int port) throws IOException, InterruptedException {
    String[] arguments = {
      "up",
      "--port",
      Integer.toString(port),
      "--data",
      scratch.resolve("data-" + port).toString(),
      "--keys",
      keys.toString(),
      "--config",
      configuration.toString()
    };
    var launched =
        PROGRAM == null
            ? Launched.start(TestServer.repository(), arguments)
            : Launched.startShipped(Path.of(PROGRAM), TestServer.repository(), arguments);
    return launched.awaitReady();
  }

  @AfterEach
  void stop() throws InterruptedException, IOException {
    for (var process : processes) {
      process.close();
    }
    store.close();
    postgres.close();
  }

  @Test
  void nothingFailsWhileOneAfterTheOtherIsReplaced() throws Exception {
    try (var traffic = new RollingTraffic(ports, secretKey(), RATE, RISE)) {
      traffic.begin();
      Thread.sleep(RISE);
      Await.until("uploads are under way", LIMIT, () -> traffic.pieces() > 4);
      for (int each = 0; each < PROCESSES; each++) {
        processes.get(each).terminate();
        processes.set(each, launch(ports.get(each)));
        int port = ports.get(each);
        Await.until("it gets requests again", LIMIT, () -> traffic.isReady(port));
        Thread.sleep(SETTLING);
      }
      Await.until("uploads have ended", LIMIT, () -> traffic.uploads() > 6);
      traffic.end();

      assertThat(traffic.failures()).as(traffic + "\n" + warnings()).isEmpty();
      assertThat(traffic.pieces()).isGreaterThan(20);
    }
    assertThat(processes.stream().map(RollingRestartTest::errors).collect(Collectors.joining()))
        .doesNotContain("cut off");
  }

  private String warnings() {
    return processes.stream()
        .flatMap(process -> errors(process).lines())
        .filter(line -> line.contains("WARN") || line.contains("ERROR"))
        .collect(Collectors.joining("\n"));
  }

  private static String errors(Launched process) {
    try {
      return process.errors() + process.output();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String secretKey() throws IOException {
    return Client.text(Json.parse(Files.readString(keys.resolve("keys.json"))), "service_role_key");
  }
}
