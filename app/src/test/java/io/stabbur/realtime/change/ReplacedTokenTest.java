package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.identity.Caller;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Changes that were judged with a channel's token and wait for its event loop while the token is
/// replaced.
class ReplacedTokenTest {
  private final String who = UUID.randomUUID().toString();
  private final BlockingQueue<Runnable> lane = new LinkedBlockingQueue<>();
  private final List<String> got = new ArrayList<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private FeedBench bench;
  private ChangeFeed.Subscription subscription;

  @BeforeEach
  void open() {
    bench = new FeedBench(TestServer.shared());
    bench.guarded("notes", "id int primary key, owner uuid", "owner = (select auth.uid())");
    var sink =
        new ChangeSink() {
          @Override
          public Executor executor() {
            return lane::add;
          }

          @Override
          public void change(int[] ids, byte[] data) {
            got.add("change");
          }

          @Override
          public void system(String status, String message) {
            told.add(status + ": " + message);
          }
        };
    subscription =
        bench.subscription(user(who, "1", "here"), sink, bench.binding(1, "INSERT", "notes", null));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Caller user(String sub, String issued, String place) {
    return bench.caller(
        "authenticated", Map.of("sub", sub, "iat", issued, "exp", issued, "place", place));
  }

  private Runnable judged() throws InterruptedException {
    bench.sql("insert into notes values (1, '" + who + "')");
    return lane.take();
  }

  private void toldThatChangesMayBeMissing() throws InterruptedException {
    var message = told.take();
    while (!message.startsWith("error")) {
      message = told.take();
    }
    assertThat(message).contains("token was replaced");
  }

  @Test
  void anotherUserDoesNotGetThem() throws InterruptedException {
    var waiting = judged();
    subscription.reauthorize(user(UUID.randomUUID().toString(), "1", "here"));
    waiting.run();
    assertThat(got).isEmpty();
    toldThatChangesMayBeMissing();
  }

  @Test
  void norDoesTheKeyAfterASignOut() throws InterruptedException {
    var waiting = judged();
    subscription.reauthorize(bench.caller("anon", Map.of()));
    waiting.run();
    assertThat(got).isEmpty();
    toldThatChangesMayBeMissing();
  }

  @Test
  void norDoesTheUserWithOtherClaims() throws InterruptedException {
    var waiting = judged();
    subscription.reauthorize(user(who, "1", "there"));
    waiting.run();
    assertThat(got).isEmpty();
    toldThatChangesMayBeMissing();
  }

  @Test
  void aRefreshedTokenOfTheSessionGetsThem() throws InterruptedException {
    var waiting = judged();
    subscription.reauthorize(user(who, "2", "here"));
    waiting.run();
    assertThat(got).containsExactly("change");
    assertThat(told).noneMatch(message -> message.startsWith("error"));
  }

  @Test
  void claimsAreComparedAsTheyAre() {
    var first = new ClaimsKey(user(who, "1", "here"));
    assertThat(new ClaimsKey(user(who, "2", "here")).continues(first)).isTrue();
    assertThat(new ClaimsKey(user(who, "1", "there")).continues(first)).isFalse();
    assertThat(new ClaimsKey(bench.caller("anon", Map.of("sub", who))).continues(first)).isFalse();
  }
}
