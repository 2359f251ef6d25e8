package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.catalog.CatalogReader;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// 200 connections, ten connections to the database, slow statements among them; and a database
/// that goes away in the middle; and a catalog that is read anew.
///
/// The longer day: `mvn test -Dtest=HostileDayTest -Dhostile.seconds=60`.
@Tag("nightly")
class HostileDayTest {
  private static final int CLIENTS = 200;
  private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("hostile.seconds", 4));

  /// Wait for a connection, the slow statement, and what a busy machine adds.
  private static final Duration LONGEST = Duration.ofSeconds(2 + 1 + 5);

  private static final TestServer SERVER = DataServer.start();

  @AfterAll
  static void close() {
    SERVER.close();
  }

  /// What one client was told, and how long it took.
  private record Told(int status, String body, Duration time) {}

  @Test
  void everyoneIsToldSomethingInTime() throws Exception {
    var told = underLoad(() -> null);
    long end = System.nanoTime();
    var after = ask("/labels?id=eq.1");
    var recovered = Duration.ofNanos(System.nanoTime() - end);

    print("load", told);
    assertThat(told).allSatisfy(HostileDayTest::isOfTheContract);
    assertThat(told).anySatisfy(each -> assertThat(each.status).isEqualTo(200));
    assertThat(told).allSatisfy(each -> assertThat(each.time).isLessThan(LONGEST));
    assertThat(after.statusCode()).isEqualTo(200);
    assertThat(recovered).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void theDatabaseMayGoAndComeBack() throws Exception {
    var told = underLoad(HostileDayTest::endPostgres);
    var back = System.nanoTime();
    while (ask("/labels?id=eq.1").statusCode() != 200) {
      assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(10));
      Thread.sleep(50);
    }

    print("restart", told);
    assertThat(told).allSatisfy(HostileDayTest::isOfTheContract);
    assertThat(told).anySatisfy(each -> assertThat(each.status).isEqualTo(503));
    assertThat(told).allSatisfy(each -> assertThat(each.time).isLessThan(LONGEST));
  }

  @Test
  void readingALargeCatalogAnewIsNotNoticed() throws Exception {
    var admin = SERVER.project().admin().login();
    TestPostgres.execute(admin, SqlFile.of(CatalogReader.class, "thousand"));
    TestPostgres.execute(
        admin,
        "alter role authenticator set pgrst.db_schemas = 'shelf,annex,thousand'; notify pgrst, 'reload config'");
    var inThousand = "/table_1?limit=0";
    for (int i = 0; i < 100 && ask(inThousand, "thousand").statusCode() != 401; i++) {
      Thread.sleep(50);
    }
    assertThat(ask(inThousand, "thousand").statusCode()).isEqualTo(401);

    var quiet = quietly(() -> null);
    var reloading =
        quietly(
            () -> {
              for (int i = 0; i < 5; i++) {
                TestPostgres.execute(admin, "notify pgrst, 'reload schema'");
                Thread.sleep(400);
              }
              return null;
            });

    print("without reloads", quiet);
    print("five reloads", reloading);
    assertThat(reloading).allSatisfy(each -> assertThat(each.status).isEqualTo(200));
    assertThat(reloading)
        .allSatisfy(each -> assertThat(each.time).isLessThan(Duration.ofSeconds(1)));
  }

  /// Two clients for as long as something else happens, two seconds at least.
  private static Queue<Told> quietly(Callable<?> meanwhile) throws Exception {
    var told = new ConcurrentLinkedQueue<Told>();
    var over = new AtomicBoolean();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < 2; client++) {
        clients.execute(
            () -> {
              while (!over.get()) {
                told.add(timed(() -> ask("/labels?id=eq.1")));
              }
            });
      }
      meanwhile.call();
      Thread.sleep(2000);
      over.set(true);
    }
    return told;
  }

  private static void isOfTheContract(Told told) {
    assertThat(told.status).as(told.body).isIn(200, 503, 504);
    if (told.status != 200) {
      assertThat(told.body).containsPattern("\"code\":\"(PGRST00[0123]|57P01)\"");
    }
  }

  private static Queue<Told> underLoad(Callable<?> meanwhile) throws Exception {
    var told = new ConcurrentLinkedQueue<Told>();
    var number = new AtomicInteger();
    long end = System.nanoTime() + LOAD.toNanos();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<java.util.concurrent.Future<?>>();
      for (int client = 0; client < CLIENTS; client++) {
        all.add(
            clients.submit(
                () -> {
                  while (System.nanoTime() < end) {
                    told.add(timed(number.getAndIncrement()));
                  }
                }));
      }
      Thread.sleep(LOAD.dividedBy(3));
      meanwhile.call();
      for (var each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a client was not answered", e.getCause());
    }
    return told;
  }

  private static Told timed(int number) {
    return timed(() -> number % 20 == 0 ? change() : ask("/labels?id=eq.1"));
  }

  private static Told timed(Supplier<HttpResponse<String>> asking) {
    long start = System.nanoTime();
    var answer = asking.get();
    return new Told(
        answer.statusCode(), answer.body(), Duration.ofNanos(System.nanoTime() - start));
  }

  private static HttpResponse<String> ask(String path) {
    return ask(path, "shelf");
  }

  private static HttpResponse<String> ask(String path, String schema) {
    return Http.get(
        SERVER.url() + "/rest/v1" + path,
        "apikey",
        SERVER.project().keys().anonKey().reveal(),
        "Accept-Profile",
        schema);
  }

  /// A slow statement that may change something, so it is never asked a second time.
  private static HttpResponse<String> change() {
    return Http.post(
        SERVER.url() + "/rest/v1/rpc/slow",
        "{\"seconds\":1}",
        "apikey",
        SERVER.project().keys().anonKey().reveal(),
        "Content-Type",
        "application/json");
  }

  /// As an operator's restart does: whoever works is cut off, and the server ends at once.
  private static Void endPostgres() throws IOException, InterruptedException {
    var folder = TestPostgres.value(SERVER.project().admin().login(), "show data_directory");
    var pid =
        Files.readAllLines(java.nio.file.Path.of(folder, "postmaster.pid")).getFirst().strip();
    var sent = new ProcessBuilder("kill", "-INT", pid).start().waitFor();
    assertThat(sent).isZero();
    return null;
  }

  private static void print(String what, Queue<Told> told) {
    var times = told.stream().map(Told::time).sorted().toList();
    System.out.printf(
        "%s: %d answers, %d of them 200, %d 503, %d 504; median %d ms, longest %d ms; heap %d MB%n",
        what,
        told.size(),
        count(told, 200),
        count(told, 503),
        count(told, 504),
        times.get(times.size() / 2).toMillis(),
        times.getLast().toMillis(),
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
  }

  private static long count(Queue<Told> told, int status) {
    return told.stream().filter(each -> each.status == status).count();
  }
}
