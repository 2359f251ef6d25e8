package io.stabbur.attack;

import static io.stabbur.attack.World.NORTH;
import static io.stabbur.attack.World.SOUTH;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Runs tries in batches. Answers are judged at once; what a batch left behind is judged at its
/// end, and if something is wrong the batch is replayed in halves until one try is left. Each batch
/// begins with the same rows.
final class Attack implements AutoCloseable {
  private static final int BATCH = 1000;
  private static final long PROGRESS = 50_000;
  private static final int LONGEST_CHAIN = 6;
  private static final int MOST_SEARCHES = 12;

  /// For which organisations batches are, in turn.
  private static final List<Set<String>> TURNS =
      List.of(Set.of(NORTH), Set.of(SOUTH), Set.of(NORTH, SOUTH));

  private final World world;
  private final long seed;
  private final Surfaces surfaces;
  private final AnyRoute routes;
  private final Judge judge;
  private final Aftermath aftermath;
  private final Bell bell;
  private final Tally tally = new Tally();
  private final Map<String, Find> finds = new ConcurrentSkipListMap<>();
  private final int workers;
  private final ExecutorService pool;
  private int searches;

  Attack(World world, long seed, int workers) {
    this.world = world;
    this.seed = seed;
    this.workers = workers;
    this.pool = Executors.newFixedThreadPool(workers);
    this.routes = new AnyRoute(world);
    this.surfaces = Surfaces.of(routes);
    this.judge = new Judge(world);
    this.aftermath = new Aftermath(world);
    this.bell = new Bell(world);
  }

  Tally tally() {
    return tally;
  }

  /// One find of each kind.
  List<Find> finds() {
    return List.copyOf(finds.values());
  }

  /// Makes the tries from `from` to `to` - 1.
  void run(long from, long to) {
    for (long start = from; start < to; start = (start / BATCH + 1) * BATCH) {
      long end = Math.min(to, (start / BATCH + 1) * BATCH);
      var scene = scene(start);
      together(scene, start, end);
      intruders(start);
      var wrongs = aftermath.wrongs(scene);
      if (!wrongs.isEmpty()) {
        search(scene, start, end, wrongs);
      }
      restore();
      if (end % PROGRESS == 0) {
        System.out.println("attack: " + end + " tries, " + finds.size() + " kinds of finds");
      }
    }
  }

  private void intruders(long number) {
    var listener =
        Attempt.attack(
            "broadcast", world.operator().service(), Request.of("GET", "/realtime/v1/websocket"));
    var none = new Answer(0, List.of(), new byte[0]);
    for (var heard : bell.intruders()) {
      tell(new Find(number, "realtime", listener, heard, "among the tries of its batch", none));
    }
  }

  /// What is wrong after a change that the superuser makes, which is then undone.
  List<String> wrongsAfter(Scene scene, String sql) {
    world.database().run(sql);
    var wrongs = aftermath.wrongs(scene);
    restore();
    return wrongs;
  }

  Scene scene(Set<String> homes) {
    return new Scene(world, homes);
  }

  /// Routes that no try has met.
  List<String> untried() {
    return routes.routes().stream()
        .map(each -> each.method() + ' ' + each.template())
        .filter(each -> !tally.hasTried(routes.name() + ", " + each))
        .toList();
  }

  private void restore() {
    aftermath.restore();
    judge.forget();
  }

  private Scene scene(long number) {
    return new Scene(world, TURNS.get((int) (number / BATCH % TURNS.size())));
  }

  private void together(Scene scene, long from, long to) {
    var next = new AtomicLong(from);
    var running = new ArrayList<Future<?>>();
    for (int worker = 0; worker < workers; worker++) {
      running.add(
          pool.submit(
              () -> {
                try (var wire = new Wire(Operator.port(world.server()))) {
                  for (long n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                    one(scene, n, wire);
                  }
                }
              }));
    }
    for (var each : running) {
      try {
        each.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// One try with all that follows from it.
  private void one(Scene scene, long number, Wire wire) {
    var dice = new Dice(seed, number);
    var surface = surfaces.one(dice);
    var said = new StringBuilder();
    Optional<Attempt> next = Optional.of(surface.next(scene, dice));
    for (int step = 0; next.isPresent() && step < LONGEST_CHAIN; step++) {
      var attempt = next.get();
      said.append(attempt.request().said()).append('\n');
      judge.begin(attempt.request());
      var answer = wire.send(attempt.request());
      judge.end(attempt.request(), answer);
      tally.count(surface, attempt, answer);
      judge.judge(number, surface, attempt, answer, said.toString()).forEach(this::tell);
      next = attempt.next().apply(answer);
    }
  }

  private void tell(Find find) {
    finds.merge(find.kind(), find, (a, b) -> a.number() <= b.number() ? a : b);
  }

  /// Looks for the try that left something wrong behind.
  private void search(Scene scene, long from, long to, List<String> found) {
    restore();
    if (++searches > MOST_SEARCHES) {
      return;
    }
    long low = from;
    long high = to;
    while (high - low > 1) {
      long middle = (low + high) / 2;
      if (isWrongAfter(scene, low, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    sequence(scene, low, high);
    var wrongs = aftermath.wrongs(scene);
    restore();
    record(
        scene,
        low,
        wrongs.isEmpty()
            ? List.of("only together with the tries from %d to %d: %s".formatted(from, to, found))
            : wrongs);
  }

  private boolean isWrongAfter(Scene scene, long from, long to) {
    sequence(scene, from, to);
    boolean wrong = !aftermath.wrongs(scene).isEmpty();
    restore();
    return wrong;
  }

  private void sequence(Scene scene, long from, long to) {
    try (var wire = new Wire(Operator.port(world.server()))) {
      for (long n = from; n < to; n++) {
        one(scene, n, wire);
      }
    }
  }

  private void record(Scene scene, long number, List<String> wrongs) {
    var dice = new Dice(seed, number);
    var surface = surfaces.one(dice);
    var attempt = surface.next(scene, dice);
    var none = new Answer(0, List.of(), new byte[0]);
    for (var wrong : wrongs) {
      tell(new Find(number, surface.name(), attempt, wrong.split(":", 2)[0], wrong, none));
    }
  }

  @Override
  public void close() {
    bell.close();
    pool.shutdownNow();
  }
}
