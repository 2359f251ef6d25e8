package io.stabbur.benchmark;

import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/// What the log of requests costs a read of one row: two servers that differ in it alone, measured
/// in turns, so that what else the machine does is in both.
final class RequestLogBenchmark {
  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = 15;
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final String LOGGED = "stabbur.operations.requests.enabled";

  private RequestLogBenchmark() {}

  static void run() throws IOException {
    try (var with = TestServer.measured(Map.of(LOGGED, true));
        var without = TestServer.measured(Map.of(LOGGED, false))) {
      rate(with, WARM_UP);
      rate(without, WARM_UP);
      var ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        boolean isOdd = round % 2 == 1;
        double first = rate(isOdd ? with : without, ROUND);
        double second = rate(isOdd ? without : with, ROUND);
        ratios[round] = isOdd ? first / second : second / first;
        System.out.printf(
            "%,.0f/s logged, %,.0f/s not%n", isOdd ? first : second, isOdd ? second : first);
      }
      var sorted = DoubleStream.of(ratios).sorted().toArray();
      System.out.printf(
          "requests/s with the log as a part of those without: median %.3f (%.3f to %.3f)%n",
          sorted[ROUNDS / 2], sorted[1], sorted[ROUNDS - 2]);
    }
  }

  private static double rate(TestServer server, Duration time) throws IOException {
    TestPostgres.execute(
        server.project().admin().login(),
        "create table if not exists public.bench_rows (id int primary key, title text);"
            + " grant select on public.bench_rows to service_role;"
            + " insert into public.bench_rows values (1, 'one') on conflict do nothing");
    var result =
        Load.run(URI.create(server.url()).getPort(), CONNECTIONS, List.of(request(server)), time);
    if (result.refused() > 0) {
      throw new IllegalStateException(result.refused() + " were refused");
    }
    return result.latencies().count() / (double) time.toSeconds();
  }

  private static byte[] request(TestServer server) {
    return """
        GET /rest/v1/bench_rows?id=eq.1 HTTP/1.1\r
        Host: 127.0.0.1\r
        apikey: %s\r
        \r
        """
        .formatted(server.project().keys().secretKey().reveal())
        .getBytes(StandardCharsets.US_ASCII);
  }
}
