package io.stabbur.benchmark;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/// One row by its key, as a member of its organisation, through policies: the session alone,
/// without HTTP. Each caller asks again as soon as it is answered.
final class SessionBenchmark {
  private static final int CONNECTIONS = 10;
  private static final int RUNS = 5;
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final Duration RUN = Duration.ofSeconds(3);
  private static final int ROWS = 20_000;
  private static final int ORGANIZATIONS = 50;

  private SessionBenchmark() {}

  static void run() throws InterruptedException {
    var superuser = TestPostgres.newDatabase();
    TestPostgres.execute(superuser, SqlFile.of(SessionBenchmark.class, "session"));
    var gate = TestPostgres.as("bench_gate", superuser);
    var login =
        new Login(gate.url(), gate.user(), gate.password(), CONNECTIONS, Duration.ofSeconds(10));
    try (var database = Database.open(login)) {
      measure(database, 16, WARM_UP);
      System.out.println("callers   calls/s    p50 ms    p99 ms   p99/p50    max ms");
      for (int callers : List.of(1, 4, 16, 64)) {
        var runs = new ArrayList<Latencies>();
        for (int run = 0; run < RUNS; run++) {
          runs.add(measure(database, callers, RUN));
        }
        runs.sort(Comparator.comparingDouble(each -> each.millis(0.99)));
        print(callers, runs.get(RUNS / 2));
      }
    }
  }

  private static void print(int callers, Latencies median) {
    double p50 = median.millis(0.5);
    double p99 = median.millis(0.99);
    System.out.printf(
        "%7d %9d %9.2f %9.2f %9.1f %9.1f%n",
        callers, median.count() / RUN.toSeconds(), p50, p99, p99 / p50, median.millis(1));
  }

  private static Latencies measure(Database database, int callers, Duration time)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    Callable<List<Long>> caller = () -> callUntil(end, database);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = threads.invokeAll(Collections.nCopies(callers, caller));
      var taken = LongStream.builder();
      for (var each : all) {
        each.get().forEach(taken::add);
      }
      return new Latencies(taken.build().toArray());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed", e);
    }
  }

  private static List<Long> callUntil(long end, Database database) {
    var taken = new ArrayList<Long>();
    for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
      call(database, ThreadLocalRandom.current().nextInt(ROWS));
      taken.add(System.nanoTime() - start);
    }
    return taken;
  }

  private static void call(Database database, int row) {
    var actor =
        Actor.of("bench_member")
            .with("request.jwt.claims", "{\"organization_id\":" + row % ORGANIZATIONS + "}")
            .with("search_path", "\"public\"");
    var body =
        database.exchange(
            actor,
            Access.READ,
            Statement.of(
                "select coalesce(json_agg(t), '[]') from (select * from bench_activity where id = ?) t",
                row),
            rows -> rows.next() ? rows.getBytes(1) : new byte[0]);
    if (body.length < 10) {
      throw new IllegalStateException("row " + row + " is not there");
    }
  }
}
