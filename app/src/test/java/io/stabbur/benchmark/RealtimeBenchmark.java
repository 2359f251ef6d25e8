package io.stabbur.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.stabbur.testing.Tokens;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Realtime as its clients load it: idle sockets, rooms of six, one large room, changes of rows
/// with policies that show each change to one subscriber in five, one change to one subscriber, and
/// single rows of the data API beside half of the loads. The generator is one thread of this
/// process, beside the server on the same processors. `REALTIME_SCALE=0.1` in the environment makes
/// everything smaller, `REALTIME_PARTS=idle,changes` plays some parts only, and
/// `changes:OPAQUE:3000:30` one policy.
final class RealtimeBenchmark {
  private static final double SCALE =
      Double.parseDouble(System.getenv().getOrDefault("REALTIME_SCALE", "1"));
  private static final String[] PARTS =
      System.getenv().getOrDefault("REALTIME_PARTS", "idle,single,rooms,changes,beside").split(",");
  private static final Duration RUN = Duration.ofSeconds(15);
  private static final Duration SCHEMA = Duration.ofSeconds(3);
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final byte[] AT = "\"at\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SUBSCRIBED =
      "Subscribed to PostgreSQL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REPLY = "phx_reply".getBytes(StandardCharsets.US_ASCII);
  private static final OperatingSystemMXBean GENERATOR =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final RealtimeProcess server;
  private LongStream.Builder times = LongStream.builder();
  private int replies;
  private int subscribed;
  private long deliveries;

  /// Single rows that are read meanwhile, and what they take when nothing else happens.
  private @Nullable RowReads reads;

  private double quiet;

  private RealtimeBenchmark(RealtimeProcess server) {
    this.server = server;
  }

  static void run() throws IOException, InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "scale %.2f, server: SerialGC, 512 MB of heap, embedded Postgres; generator: one thread%n",
        SCALE);
    try (var server = RealtimeProcess.start()) {
      var benchmark = new RealtimeBenchmark(server);
      for (var part : PARTS) {
        benchmark.play(part);
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private void play(String part) throws IOException, SQLException {
    switch (part) {
      case "idle" -> idle(scaled(10_000));
      case "single" -> single();
      case "rooms" -> {
        rooms(scaled(6_000), 6);
        rooms(scaled(10_000), 6);
        rooms(1_000, 1_000);
      }
      case "changes" -> {
        for (int subscribers : new int[] {scaled(500), scaled(3_000)}) {
          for (var policy : Policy.values()) {
            changes(policy, subscribers, subscribers < 1_000 ? 150 : 30);
          }
        }
      }
      case "beside" -> beside();
      default -> named(part);
    }
  }

  /// `changes:OPAQUE:3000:30`: one policy, so many subscribers, so many changes a second.
  private void named(String part) throws IOException, SQLException {
    var words = part.split(":", -1);
    if (words.length != 4 || !words[0].equals("changes")) {
      throw new IOException("no part of the benchmark: " + part);
    }
    changes(Policy.valueOf(words[1]), Integer.parseInt(words[2]), Double.parseDouble(words[3]));
  }

  private static int scaled(int full) {
    return Math.max(6, (int) (full * SCALE));
  }

  /// How a row is shown to one subscriber in five.
  private enum Policy {
    OWN_ROW("grp = ((select auth.jwt()) ->> 'grp')::int"),
    MEMBERSHIP(
        "exists (select from public.b_members m where m.grp = b_membership.grp"
            + " and m.person = (select auth.uid()))"),
    OPAQUE("public.b_sees(grp)");

    private final String condition;

    Policy(String condition) {
      this.condition = condition;
    }

    String table() {
      return "b_" + name().toLowerCase(Locale.ROOT);
    }
  }

  private SocketCrowd crowd() throws IOException {
    return new SocketCrowd(server.port(), server.setting("ANON_KEY"), this::frame);
  }

  private void frame(int socket, byte[] bytes, int from, int to) {
    int at = find(bytes, from, to, AT);
    if (at >= 0) {
      deliveries++;
      times.add(System.nanoTime() - number(bytes, at));
    } else if (find(bytes, from, to, SUBSCRIBED) >= 0) {
      subscribed++;
    } else if (find(bytes, from, to, REPLY) >= 0) {
      replies++;
    }
  }

  /// Where what follows `wanted` begins; -1 if it is not there.
  private static int find(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      if (bytes[i] == wanted[0]
          && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i + wanted.length;
      }
    }
    return -1;
  }

  private static long number(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  private void join(SocketCrowd crowd, int socket, String topic, String payload)
      throws IOException {
    crowd.send(socket, "[\"1\",\"1\",\"realtime:" + topic + "\",\"phx_join\"," + payload + "]");
  }

  private interface Reached {
    boolean now();
  }

  private static void await(SocketCrowd crowd, String what, Reached reached) throws IOException {
    long end = System.nanoTime() + SETTLE.toNanos();
    while (!reached.now()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not in time: " + what);
      }
      crowd.read(100);
    }
  }

  private void forget() {
    times = LongStream.builder();
    deliveries = 0;
    replies = 0;
    subscribed = 0;
    if (reads != null) {
      var _ = reads.take();
    }
  }

  /// The processor time of all three between two moments.
  private record Usage(long wall, long jvm, long database, long generator) {
    static Usage now(RealtimeProcess server) throws IOException {
      return new Usage(
          System.nanoTime(),
          server.processorTime(),
          server.databaseTime(),
          GENERATOR.getProcessCpuTime());
    }

    String since(Usage start) {
      double wall = (this.wall - start.wall) / 1e3;
      return String.format(
          Locale.ROOT,
          "CPU of one processor: server %.0f %%, Postgres %.0f %%, generator %.0f %%",
          100 * (jvm - start.jvm) / wall,
          100 * (database - start.database) / wall,
          100 * (generator - start.generator) / 1e3 / wall);
    }
  }

  private void print(String what, Usage start) throws IOException {
    var end = Usage.now(server);
    var all = new Latencies(times.build().toArray());
    double seconds = (end.wall - start.wall) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-44s %7.0f deliveries/s  p50 %6.1f  p95 %6.1f  p99 %6.1f ms  RSS %d MB  %s%n",
        what,
        deliveries / seconds,
        all.count() == 0 ? 0 : all.millis(0.5),
        all.count() == 0 ? 0 : all.millis(0.95),
        all.count() == 0 ? 0 : all.millis(0.99),
        server.residentMegabytes(),
        end.since(start));
    if (reads != null) {
      printReads(reads.take());
    }
  }

  private void printReads(Latencies rows) {
    System.out.printf(
        Locale.ROOT,
        "  single rows beside it: %d, p50 %.2f  p99 %.2f ms, %.2f x quiet%n",
        rows.count(),
        rows.millis(0.5),
        rows.millis(0.99),
        rows.millis(0.99) / quiet);
  }

  /// The data API with nothing else, then beside half of each load.
  private void beside() throws IOException, SQLException {
    try (var database = server.connect();
        var statement = database.createStatement()) {
      statement.execute(
          """
          create table if not exists public.b_rows (id int primary key, body text);
          insert into public.b_rows select i, repeat('b', 100) from generate_series(1, 1000) i on conflict do nothing;
          grant select on public.b_rows to anon;
          notify pgrst, 'reload schema';
          """);
      pause(SCHEMA);
      try (var open =
          new RowReads(server.port(), server.setting("ANON_KEY"), "/rest/v1/b_rows?id=eq.7")) {
        reads = open;
        pause(RUN);
        quietFor(RUN, "quiet");
        idle(scaled(5_000));
        rooms(scaled(3_000), 6);
        for (var policy : Policy.values()) {
          changes(policy, scaled(500), 75);
        }
        quietFor(RUN, "quiet again");
      } finally {
        reads = null;
      }
    }
  }

  private void quietFor(Duration time, String what) {
    if (reads != null) {
      var _ = reads.take();
      pause(time);
      var rows = reads.take();
      double before = quiet;
      quiet = rows.millis(0.99);
      System.out.printf(
          Locale.ROOT,
          "%s: single rows: %d, p50 %.2f  p99 %.2f ms%n",
          what,
          rows.count(),
          rows.millis(0.5),
          quiet);
      quiet = before == 0 ? quiet : before;
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void idle(int count) throws IOException {
    try (var crowd = crowd()) {
      forget();
      for (int i = 0; i < count; i++) {
        join(crowd, crowd.open(), "idle-" + i, "{\"config\":{\"presence\":{\"enabled\":false}}}");
        crowd.read(0);
      }
      await(crowd, "joins", () -> replies >= count);
      forget();
      var start = Usage.now(server);
      long begin = System.nanoTime();
      // each once, as spread as clients with a heartbeat every 25 seconds are
      double perSecond = count / 25.0;
      int sent = 0;
      var pending = new long[count];
      var took = LongStream.builder();
      int known = 0;
      while (known < count) {
        int due = (int) Math.min(count, (System.nanoTime() - begin) / 1e9 * perSecond);
        for (; sent < due; sent++) {
          pending[sent] = System.nanoTime();
          crowd.send(sent, "[null,\"h\",\"phoenix\",\"heartbeat\",{}]");
        }
        crowd.read(1);
        // replies come in the order of the heartbeats but for a few
        for (; known < replies; known++) {
          took.add(System.nanoTime() - pending[known]);
        }
      }
      times = took;
      print(count + " idle sockets, heartbeats", start);
    }
  }

  /// Everybody in a room sends once a second, in a large room as many as make 60,000 deliveries.
  private void rooms(int users, int perRoom) throws IOException {
    try (var crowd = crowd()) {
      forget();
      for (int i = 0; i < users; i++) {
        join(
            crowd,
            crowd.open(),
            "room-" + i / perRoom,
            "{\"config\":{\"presence\":{\"enabled\":false}}}");
        crowd.read(0);
      }
      await(crowd, "joins", () -> replies >= users);
      double perSecond = perRoom < 100 ? users : Math.max(1, 75 * SCALE);
      pace(crowd, users, perRoom, perSecond, Duration.ofSeconds(5));
      forget();
      var start = Usage.now(server);
      pace(crowd, users, perRoom, perSecond, RUN);
      print(users + " users in rooms of " + perRoom, start);
    }
  }

  private void pace(SocketCrowd crowd, int users, int perRoom, double perSecond, Duration time)
      throws IOException {
    long begin = System.nanoTime();
    int sent = 0;
    while (System.nanoTime() - begin < time.toNanos()) {
      int due = (int) ((System.nanoTime() - begin) / 1e9 * perSecond);
      for (; sent < due; sent++) {
        int user = (int) (sent * 7919L % users);
        crowd.send(
            user,
            "[\"1\",\"2\",\"realtime:room-%d\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"m\",\"payload\":{\"at\":%d}}]"
                .formatted(user / perRoom, System.nanoTime()));
        crowd.read(0);
      }
      crowd.read(1);
    }
  }

  private void prepare(Connection database, Policy policy) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute(
          """
          create table if not exists public.b_members (grp int, person uuid, primary key (person, grp));
          grant select on public.b_members to authenticated;
          create or replace function public.b_sees(wanted int) returns boolean language plpgsql stable as $$
          begin
            return exists (select from public.b_members m where m.grp = wanted and m.person = auth.uid());
          end $$;
          create table public.%1$s (id bigint generated always as identity primary key, grp int, at bigint);
          alter table public.%1$s enable row level security;
          create policy seen on public.%1$s for select to authenticated using (%2$s);
          grant select on public.%1$s to authenticated;
          alter publication supabase_realtime add table public.%1$s;
          """
              .formatted(policy.table(), policy.condition));
    }
  }

  private void drop(Connection database, Policy policy) throws SQLException {
    try (var statement = database.createStatement()) {
      statement.execute("drop table public." + policy.table() + "; truncate public.b_members");
    }
  }

  private String token(UUID person, int group) {
    return Tokens.signed(
        server.setting("JWT_SECRET"),
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"role\":\"authenticated\",\"sub\":\"%s\",\"grp\":\"%d\",\"exp\":%d}"
            .formatted(person, group, Instant.now().plusSeconds(3600).getEpochSecond()));
  }

  private void changes(Policy policy, int subscribers, double perSecond)
      throws IOException, SQLException {
    try (var database = server.connect();
        var crowd = crowd()) {
      prepare(database, policy);
      subscribe(database, crowd, policy, subscribers);
      change(database, crowd, policy, perSecond, Duration.ofSeconds(5));
      forget();
      var start = Usage.now(server);
      int made = change(database, crowd, policy, perSecond, RUN);
      await(crowd, "changes", () -> deliveries >= (long) made * subscribers / 5 * 99 / 100);
      print("%d subscribers, %s, %.0f changes/s".formatted(subscribers, policy, perSecond), start);
      drop(database, policy);
    }
  }

  private void subscribe(Connection database, SocketCrowd crowd, Policy policy, int subscribers)
      throws IOException, SQLException {
    forget();
    try (var member = database.prepareStatement("insert into public.b_members values (?, ?)")) {
      for (int i = 0; i < subscribers; i++) {
        var person = UUID.randomUUID();
        member.setInt(1, i % 5);
        member.setObject(2, person);
        member.execute();
        join(
            crowd,
            crowd.open(),
            "changes-" + i,
            "{\"config\":{\"postgres_changes\":[{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"%s\"}]},\"access_token\":\"%s\"}"
                .formatted(policy.table(), token(person, i % 5)));
        crowd.read(0);
      }
    }
    await(crowd, "subscriptions", () -> subscribed >= subscribers);
  }

  private int change(
      Connection database, SocketCrowd crowd, Policy policy, double perSecond, Duration time)
      throws IOException, SQLException {
    long begin = System.nanoTime();
    int sent = 0;
    try (var insert =
        database.prepareStatement(
            "insert into public." + policy.table() + " (grp, at) values (?, ?)")) {
      while (System.nanoTime() - begin < time.toNanos()) {
        int due = (int) ((System.nanoTime() - begin) / 1e9 * perSecond);
        for (; sent < due; sent++) {
          insert.setInt(1, sent % 5);
          insert.setLong(2, System.nanoTime());
          insert.execute();
          crowd.read(0);
        }
        crowd.read(1);
      }
    }
    return sent;
  }

  /// One change at a time to one subscriber, from before its insert until it has come.
  private void single() throws IOException, SQLException {
    try (var database = server.connect();
        var crowd = crowd()) {
      prepare(database, Policy.OWN_ROW);
      subscribe(database, crowd, Policy.OWN_ROW, 1);
      int count = scaled(500);
      for (int round = 0; round < 2; round++) {
        forget();
        var start = Usage.now(server);
        one(database, crowd, count);
        if (round == 1) {
          print("one subscriber, one change at a time", start);
        }
      }
      drop(database, Policy.OWN_ROW);
    }
  }

  private void one(Connection database, SocketCrowd crowd, int count)
      throws IOException, SQLException {
    try (var insert =
        database.prepareStatement("insert into public.b_own_row (grp, at) values (0, ?)")) {
      for (int i = 0; i < count; i++) {
        int expected = i + 1;
        insert.setLong(1, System.nanoTime());
        insert.execute();
        await(crowd, "a change", () -> deliveries >= expected);
      }
    }
  }
}
