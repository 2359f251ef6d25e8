package io.stabbur.platform.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.Share.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FairShareTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Share HOSTILE = Share.ofMember("a", "hostile");
  private static final Share COLLEAGUE = Share.ofMember("a", "colleague");
  private static final Share STRANGER = Share.ofMember("b", "stranger");

  /// A share whose waiting requests need no threads, at a time that stands still.
  private static final class Desk {
    private final Ledger ledger;
    private final List<Share> served = new ArrayList<>();
    private final Map<Share, Integer> held = new HashMap<>();
    private long now;

    Desk(int capacity) {
      ledger = new Ledger(new Terms(capacity, capacity / 3, 100, "busy"));
    }

    void ask(Share share, int times) {
      for (int i = 0; i < times; i++) {
        ledger.enqueue(share, 1, 0, now, () -> grant(share));
      }
    }

    private void grant(Share share) {
      served.add(share);
      held.merge(share, 1, Integer::sum);
    }

    void giveBack(Share share) {
      held.merge(share, -1, Integer::sum);
      ledger.release(share, 1, now);
    }

    int held(Share share) {
      return held.getOrDefault(share, 0);
    }
  }

  @Test
  void aCallerThatIsAloneLeavesAThirdFree() {
    var desk = new Desk(10);

    desk.ask(HOSTILE, 30);

    assertThat(desk.held(HOSTILE)).isEqualTo(7);
  }

  @Test
  void whoArrivesIsServedAtOnceBesideOneThatWantsEverything() {
    var desk = new Desk(10);
    desk.ask(HOSTILE, 30);

    desk.ask(COLLEAGUE, 1);
    desk.ask(STRANGER, 2);

    assertThat(desk.held(STRANGER)).isEqualTo(2);
  }

  @Test
  void whileOthersAreActiveNobodyGetsMoreThanAThird() {
    var desk = new Desk(10);
    for (int i = 0; i < 5; i++) {
      desk.ask(Share.ofMember("b", "ordinary " + i), 1);
    }

    desk.ask(HOSTILE, 30);

    assertThat(desk.held(HOSTILE)).isEqualTo(3);
  }

  @Test
  void anOrganizationGetsNoMoreThanAThirdHoweverManyItsMembersAre() {
    var desk = new Desk(10);
    desk.ask(STRANGER, 1);
    desk.ask(Share.of(Lane.ANONYMOUS, "192.0.2.1"), 1);
    desk.ask(Share.of(Lane.SERVICE, ""), 1);

    for (int i = 0; i < 20; i++) {
      desk.ask(Share.ofMember("a", "member " + i), 2);
    }

    int ofA =
        desk.held.entrySet().stream()
            .filter(each -> each.getKey().group().equals(HOSTILE.group()))
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(ofA).isEqualTo(3);
  }

  @Test
  void whoAskedWithinTheLastSecondCountsAsActive() {
    var desk = new Desk(10);
    desk.ask(STRANGER, 1);
    desk.giveBack(STRANGER);
    desk.ask(HOSTILE, 30);
    assertThat(desk.held(HOSTILE)).isEqualTo(5);

    desk.now += Duration.ofSeconds(2).toNanos();
    desk.giveBack(HOSTILE);

    assertThat(desk.held(HOSTILE)).isEqualTo(7);
  }

  @Test
  void organizationsTakeTurnsAndInThemCallers() {
    var desk = new Desk(1);
    var first = Share.of(Lane.APPLIANCE, "");
    desk.ask(first, 1);
    desk.ask(HOSTILE, 3);
    desk.ask(COLLEAGUE, 1);
    desk.ask(STRANGER, 2);

    desk.giveBack(first);
    for (int i = 1; i < 6; i++) {
      desk.giveBack(desk.served.getLast());
    }

    assertThat(desk.served)
        .containsExactly(first, HOSTILE, STRANGER, COLLEAGUE, STRANGER, HOSTILE, HOSTILE);
  }

  @Test
  void workOfTheApplianceIsNotLimited() {
    var desk = new Desk(10);

    desk.ask(Share.APPLIANCE, 12);

    assertThat(desk.held(Share.APPLIANCE)).isEqualTo(10);
  }

  @Test
  void oneMoreThanTheQueueHoldsIsRefusedAndChangesNothing() {
    var share = new FairShare(new Terms(3, 1, 2, "busy"));
    try (var _ = share.acquire(HOSTILE, 1, PATIENCE);
        var _ = share.acquire(HOSTILE, 1, PATIENCE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 1; i <= 2; i++) {
        var _ = threads.submit(() -> share.acquire(HOSTILE, 1, Duration.ofMillis(500)));
        awaitWaiting(share, i);
      }

      var refused =
          catchThrowableOfType(ApiException.class, () -> share.acquire(HOSTILE, 1, PATIENCE));

      assertThat(refused.error()).isInstanceOf(Failure.Crowded.class);
      assertThat(share.waiting()).isEqualTo(2);
      share.acquire(STRANGER, 1, PATIENCE).close();
    }
    assertThat(share.timeouts()).isEqualTo(2);
  }

  private static void awaitWaiting(FairShare share, int count) {
    while (share.waiting() < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aLargeRequestThatIsNextIsNotOvertaken() throws Exception {
    var share = new FairShare(Terms.thirds(12, "busy"));
    var small = share.acquire(STRANGER, 4, PATIENCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var large = threads.submit(() -> share.acquire(HOSTILE, 12, PATIENCE));
      awaitWaiting(share, 1);

      assertThat(share.tryAcquire(Share.ofMember("c", "late"), 1)).isEmpty();
      small.close();

      large.get().close();
    }
    assertThat(share.tryAcquire(STRANGER, 1)).isPresent();
  }

  @Test
  void whoGivesUpMakesWayForThoseBehind() throws Exception {
    var share = new FairShare(Terms.thirds(12, "busy"));
    try (var _ = share.acquire(STRANGER, 4, PATIENCE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var large = threads.submit(() -> share.acquire(HOSTILE, 12, Duration.ofMillis(200)));
      awaitWaiting(share, 1);
      var behind = threads.submit(() -> share.acquire(Share.ofMember("c", "late"), 1, PATIENCE));

      behind.get().close();

      assertThat(catchThrowableOfType(Exception.class, large::get))
          .hasCauseInstanceOf(ApiException.class);
    }
  }

  @Test
  void askingForRoomTakesNoneFromThoseWhoAsk() {
    var share = new FairShare(Terms.thirds(12, "busy"));
    var room = share.hasRoom(HOSTILE, 8);

    try (var taken = share.acquire(STRANGER, 4, PATIENCE)) {
      assertThat(taken).isNotNull();
      assertThat(room).isTrue();
      assertThat(share.hasRoom(HOSTILE, 6)).isTrue();
      assertThat(share.hasRoom(HOSTILE, 9)).as("more than is free").isFalse();
      assertThat(share.hasRoom(STRANGER, 3)).as("more than half of two callers'").isFalse();
    }
  }

  /// Whatever happens, no permit is lost or lent twice, and nobody waits for ever.
  @Test
  void noPermitIsLostAmongManyThreads() throws Exception {
    var share = new FairShare(Terms.thirds(10, "busy"));
    var used = new AtomicInteger();
    var most = new ConcurrentHashMap<Integer, Boolean>();
    Callable<Boolean> caller =
        () -> {
          var random = new Random(ThreadLocalRandom.current().nextLong());
          for (int i = 0; i < 300; i++) {
            var of =
                Share.ofMember("organization " + random.nextInt(3), "caller " + random.nextInt(4));
            int amount = 1 + random.nextInt(3);
            var patience = Duration.ofMillis(random.nextInt(10) == 0 ? 1 : 20_000);
            try (var permit = share.acquire(of, amount, patience)) {
              most.put(used.addAndGet(amount), true);
              Thread.sleep(0, 1_000);
              used.addAndGet(-amount);
              assertThat(permit).isNotNull();
            } catch (ApiException e) {
              assertThat(e.error()).isInstanceOf(Failure.Busy.class);
            }
          }
          return true;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(Collections.nCopies(24, caller))) {
        assertThat(each.get()).isTrue();
      }
    }
    assertThat(most.keySet()).allMatch(held -> held <= 10);
    assertThat(share.waiting()).isZero();
    assertThat(share.tryAcquire(Share.APPLIANCE, 10)).isPresent();
  }
}
