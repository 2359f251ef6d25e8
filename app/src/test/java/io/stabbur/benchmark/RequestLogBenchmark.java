package io.stabbur.benchmark;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.platform.trace.TracesSwitch;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What metrics and the log of requests, and both with traces, cost a read of one row: a server on
/// the same database that has neither, one that has both, and that one once more while traces are
/// on, measured in turns, so that what else the machine does is in all.
///
/// `-Dshare=1` traces every request; without it the share is the usual one. The collector takes
/// what is sent in this process and forgets it, so its work is part of the figure.
final class RequestLogBenchmark {
  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = Integer.getInteger("rounds", 15);
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final String LOGGED = "stabbur.operations.requests.enabled";
  private static final String METERED = "benchmark.metrics";
  private static final double SHARE = Double.parseDouble(System.getProperty("share", "0.1"));

  private RequestLogBenchmark() {}

  /// What is measured.
  private enum Side {
    BARE,
    LOGGED,
    TRACED
  }

  private record Servers(TestServer with, TestServer without, Collector collector) {
    /// Requests a second.
    double rate(Side side, Duration time) throws IOException {
      return switch (side) {
        case BARE -> RequestLogBenchmark.rate(without, time);
        case LOGGED -> RequestLogBenchmark.rate(with, time);
        case TRACED -> {
          try (var _ = new TracesSwitch(collector.endpoint(), SHARE)) {
            yield RequestLogBenchmark.rate(with, time);
          }
        }
      };
    }
  }

  static void run() throws IOException {
    try (var database = OneDatabase.start();
        var with = database.server(Map.of(LOGGED, true));
        var without = database.server(Map.of(LOGGED, false, METERED, false));
        var collector = new Collector()) {
      TestPostgres.execute(
          database.owner().project().admin().login(),
          "create table public.bench_rows (id int primary key, title text);"
              + " grant select on public.bench_rows to service_role;"
              + " insert into public.bench_rows values (1, 'one')");
      var servers = new Servers(with, without, collector);
      for (var side : Side.values()) {
        servers.rate(side, WARM_UP);
      }
      var sides = Side.values();
      var rates = new EnumMap<Side, double[]>(Side.class);
      for (var side : sides) {
        rates.put(side, new double[ROUNDS]);
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int turn = 0; turn < sides.length; turn++) {
          // each comes first as often as last
          var side = sides[(turn + round) % sides.length];
          of(rates, side)[round] = servers.rate(side, ROUND);
        }
        System.out.printf(
            "%,.0f/s logged, %,.0f/s logged and traced, %,.0f/s with none%n",
            of(rates, Side.LOGGED)[round],
            of(rates, Side.TRACED)[round],
            of(rates, Side.BARE)[round]);
      }
      tell("with metrics and the log as a part of those without", rates, Side.LOGGED, Side.BARE);
      tell(
          "with traces (share %s) as well as a part of those before".formatted(SHARE),
          rates,
          Side.TRACED,
          Side.LOGGED);
      tell("with all three as a part of those with none", rates, Side.TRACED, Side.BARE);
      System.out.printf(
          "the collector got %,d bytes in %,d batches%n",
          collector.bytes.sum(), collector.batches.sum());
    }
  }

  private static double[] of(Map<Side, double[]> rates, Side side) {
    return Objects.requireNonNull(rates.get(side));
  }

  private static void tell(String what, Map<Side, double[]> rates, Side side, Side beside) {
    var ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ratios[round] = of(rates, side)[round] / of(rates, beside)[round];
    }
    Arrays.sort(ratios);
    System.out.printf(
        "requests/s %s: median %.3f (%.3f to %.3f)%n",
        what, ratios[ROUNDS / 2], ratios[1], ratios[ROUNDS - 2]);
  }

  /// Takes OTLP over HTTP.
  private static final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder batches = new LongAdder();

    Collector() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/v1/traces",
          exchange -> {
            bytes.add(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()));
            batches.increment();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
    }

    URI endpoint() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static double rate(TestServer server, Duration time) throws IOException {
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
