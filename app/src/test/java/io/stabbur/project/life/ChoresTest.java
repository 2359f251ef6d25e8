package io.stabbur.project.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChoresTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofHours(1);
  private final Database database = Database.open(TestPostgres.newDatabase());
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final ChoreListener listener =
      new ChoreListener() {
        @Override
        public void succeeded(String project, String chore) {
          told.add(project + " " + chore);
        }

        @Override
        public void skipped(String project, String chore) {
          told.add(project + " " + chore + " skipped");
        }

        @Override
        public void failed(String project, String chore, int inARow) {
          told.add(project + " " + chore + " failure " + inARow);
        }
      };
  private final Chores chores = new Chores("p", database, List.of(new Broken(), listener));
  private final AtomicInteger runs = new AtomicInteger();

  /// A listener that fails itself.
  private static final class Broken implements ChoreListener {
    @Override
    public void succeeded(String project, String chore) {
      throw new IllegalStateException("a broken listener");
    }

    @Override
    public void skipped(String project, String chore) {
      throw new IllegalStateException("a broken listener");
    }

    @Override
    public void failed(String project, String chore, int inARow) {
      throw new IllegalStateException("a broken listener");
    }
  }

  @AfterEach
  void close() {
    chores.close();
    database.close();
  }

  @Test
  void periodicWorkIsRepeated() {
    chores.start(Chore.every(SHORT, "clock", runs::incrementAndGet));

    Await.until("three runs", () -> runs.get() >= 3);
    assertThat(told).contains("p clock");
  }

  @Test
  void nothingThatWorkThrowsEndsIt() {
    var failures =
        List.<Runnable>of(
            () -> {
              throw new ApiException(new Failure.Unavailable("the database"));
            },
            () -> {
              throw new IllegalStateException("unexpected");
            },
            () -> {
              throw new StackOverflowError();
            },
            () -> Thread.currentThread().interrupt());
    for (int i = 0; i < failures.size(); i++) {
      var failure = failures.get(i);
      var ran = new AtomicInteger();
      chores.start(
          Chore.every(
              SHORT,
              "chore-" + i,
              () -> {
                if (ran.incrementAndGet() == 1) {
                  failure.run();
                }
              }));
      Await.until("a run after failure " + i, () -> ran.get() >= 3);
    }
    assertThat(told).contains("p chore-0 failure 1", "p chore-1 failure 1", "p chore-2 failure 1");
  }

  @Test
  void aRunThatLeavesItsWorkToAnotherIsNoFailure() {
    var _ =
        chores.start(
            Chore.every(
                SHORT,
                "shared",
                () -> {
                  throw new SkippedRun("another does it");
                }));

    Await.until("it was looked at again", () -> told.size() >= 3);
    assertThat(told).containsOnly("p shared skipped");
  }

  @Test
  void retriesOfFailedWorkComeAtGrowingIntervals() throws InterruptedException {
    chores.start(
        Chore.every(
            SHORT,
            "failing",
            () -> {
              runs.incrementAndGet();
              throw new IllegalStateException("always");
            }));
    Thread.sleep(2500);

    // at 0, 1 and 3 seconds
    assertThat(runs.get()).isBetween(1, 2);
  }

  @Test
  void aWakeEndsTheWaitForTheNextRunAndForTheNextRetry() {
    var broken = new AtomicBoolean(true);
    var handle =
        chores.start(
            Chore.onWake(
                SHORT,
                "woken",
                () -> {
                  runs.incrementAndGet();
                  if (broken.get()) {
                    throw new IllegalStateException("broken");
                  }
                }));
    for (int i = 1; i <= 6; i++) {
      int wanted = i;
      handle.wake();
      Await.until("run " + i, Duration.ofSeconds(1), () -> runs.get() >= wanted);
    }
    broken.set(false);
    handle.wake();

    Await.until("success", Duration.ofSeconds(1), () -> told.contains("p woken"));
  }

  @Test
  void wakesThatComeTogetherAreAnsweredByOneRun() throws InterruptedException {
    var handle = chores.start(Chore.onWake(Duration.ofMillis(200), "burst", runs::incrementAndGet));
    for (int i = 0; i < 50; i++) {
      handle.wake();
    }
    Await.until("a run", () -> runs.get() >= 1);
    Thread.sleep(500);

    assertThat(runs).hasValue(1);
  }

  @Test
  void workThatHangsDelaysNoOtherChoreAndEndsWithTheProject() throws InterruptedException {
    var hung = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    chores.start(
        Chore.every(
            SHORT,
            "hanging",
            () -> {
              hung.countDown();
              try {
                Thread.sleep(LONG);
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw new IllegalStateException(e);
              }
            }));
    hung.await();
    chores.start(Chore.every(SHORT, "other", runs::incrementAndGet));
    Await.until("runs of the other", () -> runs.get() >= 3);

    chores.close();

    assertThat(interrupted.getCount()).isZero();
    int ran = runs.get();
    Thread.sleep(200);
    assertThat(runs).as("nothing runs after the end").hasValue(ran);
    assertThat(told)
        .as("an interruption by the end is no failure")
        .noneMatch(ChoresTest::isHanging);
    assertThatIllegalStateException()
        .isThrownBy(() -> chores.start(Chore.every(SHORT, "late", runs::incrementAndGet)));
  }

  private static boolean isHanging(String line) {
    return line.startsWith("p hanging");
  }

  @Test
  void ofTwoProcessesOneAtATimeDoesWhatIsForOne() throws InterruptedException {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var working = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Runnable work =
        () -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          runs.incrementAndGet();
          working.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          } finally {
            inside.decrementAndGet();
          }
        };
    try (var replica = new Chores("p", database, List.of())) {
      chores.start(Chore.every(SHORT, "for-one", work).byOneAtATime());
      replica.start(Chore.every(SHORT, "for-one", work).byOneAtATime());
      working.await();
      Thread.sleep(500);

      assertThat(runs).as("the other skips its turns").hasValue(1);
      go.countDown();
      Await.until("both get turns", () -> runs.get() >= 4);
    }
    assertThat(most).hasValue(1);
  }

  @Test
  void workForOneOutlivesTheDatabasesLimitForIdleTransactions() {
    TestPostgres.execute(
        database.login(),
        "do $$ begin execute format('alter database %I set idle_in_transaction_session_timeout ="
            + " 50', current_database()); end $$");
    Runnable work =
        () -> {
          try {
            Thread.sleep(400);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };

    chores.start(Chore.every(SHORT, "long", work).byOneAtATime());

    Await.until("the first run", () -> told.stream().anyMatch(line -> line.startsWith("p long")));
    assertThat(told).doesNotContain("p long failure 1");
  }
}
