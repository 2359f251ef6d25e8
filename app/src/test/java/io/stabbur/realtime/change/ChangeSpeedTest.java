package io.stabbur.realtime.change;

import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a change takes from its commit to its subscribers, without sockets. Prints; asserts
/// that everything arrives.
@Tag("nightly")
class ChangeSpeedTest {
  private static final int CHANGES = Integer.getInteger("realtime.changes", 200);
  private static final int SUBSCRIBERS = Integer.getInteger("realtime.subscribers", 500);
  private static final int RATE = Integer.getInteger("realtime.rate", 50);

  private static final Map<String, String> POLICIES =
      Map.of(
          "own row", "owner = (select auth.uid())",
          "membership",
              "exists (select from members m where m.room = speed.room and m.person = auth.uid())",
          "opaque", "opaque(owner)");

  @Test
  void changesReachThoseWhoMaySeeThem() throws Exception {
    for (var policy : POLICIES.entrySet()) {
      try (var bench = new FeedBench(TestServer.shared())) {
        measure(bench, policy.getKey(), policy.getValue());
      }
    }
  }

  private static String user(int i) {
    return "11111111-1111-4111-8111-%012d".formatted(i);
  }

  private static void measure(FeedBench bench, String name, String policy) throws Exception {
    bench.sql(
        "create table members (room int, person uuid, primary key (room, person))",
        "insert into members select i %% 5, ('11111111-1111-4111-8111-' || lpad(i::text, 12, '0'))::uuid from generate_series(0, %d) i"
            .formatted(SUBSCRIBERS),
        "grant select on members to authenticated",
        "create function opaque(owner uuid) returns boolean language plpgsql stable as $$ begin return right(owner::text, 12)::int %% 5 = right(auth.uid()::text, 12)::int %% 5; end $$"
            .formatted());
    bench.guarded(
        "speed",
        "id int primary key, owner uuid, room int, at timestamptz default clock_timestamp()",
        policy);
    var times = new ConcurrentLinkedQueue<Long>();
    var count = new AtomicLong();
    var starts = new long[CHANGES + 1];
    for (int i = 0; i < SUBSCRIBERS; i++) {
      var sink =
          new ChangeSink() {
            @Override
            public void change(int[] ids, byte[] data) {
              var text = new String(data, StandardCharsets.UTF_8);
              int at = text.indexOf("\"record\":{\"id\":") + 15;
              if (at < 15) {
                return;
              }
              int id = Integer.parseInt(text.substring(at, text.indexOf(',', at)));
              times.add(System.nanoTime() - starts[id]);
              count.incrementAndGet();
            }

            @Override
            public void system(String status, String message) {}
          };
      bench.subscription(bench.user(user(i)), sink, bench.binding(1, "INSERT", "speed", null));
    }
    var counts = bench.feeds().counts(bench.project());
    for (int warm = 0; warm < 2; warm++) {
      times.clear();
      count.set(0);
      long probes = counts.probes();
      long nanos = counts.probeNanos();
      bench.sql("delete from speed");
      Thread.sleep(1500);
      times.clear();
      count.set(0);
      long begin = System.nanoTime();
      for (int i = 1; i <= CHANGES; i++) {
        long due = begin + (long) i * 1_000_000_000L / RATE;
        long wait = due - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
        starts[i] = System.nanoTime();
        bench.sql(
            "insert into speed values (%d, '%s', %d)".formatted(i, user(i % SUBSCRIBERS), i % 5));
      }
      long last = -1;
      while (last != count.get()) {
        last = count.get();
        Thread.sleep(2000);
      }
      var sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
      System.out.printf(
          "%s: %d subscribers, %d changes at %d/s, %d deliveries, p50 %.1f ms, p95 %.1f ms, max"
              + " %.1f ms; %d questions, %.1f us each%n",
          name,
          SUBSCRIBERS,
          CHANGES,
          RATE,
          sorted.length,
          at(sorted, 50),
          at(sorted, 95),
          at(sorted, 100),
          counts.probes() - probes,
          (counts.probeNanos() - nanos) / 1e3 / Math.max(1, counts.probes() - probes));
    }
  }

  private static double at(long[] sorted, int percent) {
    return sorted.length == 0
        ? -1
        : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
  }
}
