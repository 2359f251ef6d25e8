package io.stabbur.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.bus.Bus;
import io.stabbur.realtime.change.BroadcastSink;
import io.stabbur.testing.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Rooms of several replicas over a bus that carries everything in order, unless it is cut.
class ReplicationTest {
  private static final TopicName TOPIC = new TopicName("t", BroadcastSink.Room.PUBLIC);

  private final List<Cable> cables = new CopyOnWriteArrayList<>();
  private final DefaultEventExecutor loop = new DefaultEventExecutor();
  private final Lane lane = new Lanes().of(loop);

  /// One replica's end of the bus.
  private final class Cable implements Bus {
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private volatile @Nullable Receiver receiver;
    volatile boolean isCut;

    @Override
    public boolean reachesOthers() {
      return true;
    }

    @Override
    public void publish(byte[] message) {
      if (!isCut) {
        cables.stream()
            .filter(other -> other != this && !other.isCut)
            .forEach(other -> other.hear(message));
      }
    }

    private void hear(byte[] message) {
      var known = receiver;
      if (known != null) {
        thread.execute(() -> known.message(message));
      }
    }

    void repair() {
      isCut = false;
      Objects.requireNonNull(receiver).interrupted();
    }

    @Override
    public void receive(Receiver all) {
      receiver = all;
      cables.add(this);
    }

    @Override
    public void close() {
      cables.remove(this);
      thread.shutdownNow();
    }
  }

  /// A member that keeps what it gets.
  private final class Listener implements Member {
    final List<Broadcast> broadcasts = new CopyOnWriteArrayList<>();
    final List<PresenceDiff> diffs = new CopyOnWriteArrayList<>();

    Listener(Room room) {
      var _ = loop.submit(() -> room.join(TOPIC, this)).syncUninterruptibly();
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public void broadcast(Broadcast message) {
      broadcasts.add(message);
    }

    @Override
    public void presence(PresenceDiff diff) {
      diffs.add(diff);
    }

    boolean told(String part) {
      return diffs.stream()
          .map(diff -> diff.frame(Wire.V2).buffer().toString(StandardCharsets.UTF_8))
          .anyMatch(text -> text.contains(part));
    }
  }

  @AfterEach
  void end() {
    var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private static Broadcast text(String payload) {
    return new Broadcast(
        TOPIC, new Broadcast.Content.Text(Envelope.utf8("{\"n\":" + payload + "}")), null);
  }

  private static JsonNode json(String text) {
    return Json.parse(text);
  }

  private static String present(Room room) {
    return new String(room.present(TOPIC).json(), StandardCharsets.UTF_8);
  }

  @Test
  void aBroadcastReachesTheMembersOfAllReplicasInItsOrder() {
    try (var one = new Room(new Cable());
        var two = new Room(new Cable())) {
      var here = new Listener(one);
      var there = new Listener(two);
      for (int i = 0; i < 1000; i++) {
        one.send(text(String.valueOf(i)), null);
      }
      Await.until("all came", () -> there.broadcasts.size() == 1000);
      assertThat(here.broadcasts).hasSize(1000);
      assertThat(numbers(there.broadcasts)).isSorted();
    }
  }

  private static List<Integer> numbers(List<Broadcast> all) {
    return all.stream()
        .map(each -> ((Broadcast.Content.Text) each.content()).payload())
        .map(payload -> Objects.requireNonNull(Json.parse(payload).get("n")).getIntValue())
        .toList();
  }

  @Test
  void presencesOfAllReplicasAreOneAndANewReplicaLearnsThem() {
    try (var one = new Room(new Cable());
        var two = new Room(new Cable())) {
      var ada = one.track(TOPIC, "ada", json("{\"a\":1}"), null);
      two.track(TOPIC, "bo", json("{}"), null);
      Await.until("all see bo", () -> present(one).contains("bo"));
      Await.until("one sees it", () -> Stream.of("ada").allMatch(present(one)::contains));
      Await.until("two sees it", () -> Stream.of("ada", "bo").allMatch(present(two)::contains));
      try (var three = new Room(new Cable())) {
        Await.until(
            "three sees it", () -> Stream.of("ada", "bo").allMatch(present(three)::contains));
        one.untrack(TOPIC, ada);
        Await.until("it left everywhere", () -> !present(three).contains("ada"));
        Await.until(
            "two no longer sees it", () -> Stream.of("ada").noneMatch(present(two)::contains));
      }
    }
  }

  @Test
  void aReplicaThatEndsTakesItsPresencesAlong() {
    try (var one = new Room(new Cable())) {
      var here = new Listener(one);
      var two = new Room(new Cable());
      two.track(TOPIC, "bo", json("{}"), null);
      Await.until("one sees it", () -> Stream.of("bo").allMatch(present(one)::contains));
      two.close();
      Await.until("it left", () -> !present(one).contains("bo"));
      // both may come in one diff: what happens within a moment is told together
      Await.until("members were told that it came", () -> here.told("\"joins\":{\"bo\""));
      Await.until("members were told that it left", () -> here.told("\"leaves\":{\"bo\""));
    }
  }

  @Test
  void aReplicaThatIsNotHeardLosesItsLeaseWithinSeconds() {
    var cut = new Cable();
    try (var one = new Room(new Cable());
        var two = new Room(cut)) {
      two.track(TOPIC, "bo", json("{}"), null);
      Await.until("one sees it", () -> Stream.of("bo").allMatch(present(one)::contains));
      cut.isCut = true;
      Await.until("its lease ended", Duration.ofSeconds(12), () -> !present(one).contains("bo"));
      cut.repair();
      Await.until("one sees it", () -> Stream.of("bo").allMatch(present(one)::contains));
    }
  }

  @Test
  void whatWasMissedIsFoundByItsNumber() {
    var cut = new Cable();
    try (var one = new Room(new Cable());
        var two = new Room(cut)) {
      two.track(TOPIC, "first", json("{}"), null);
      cut.isCut = true;
      var lost = two.track(TOPIC, "missed", json("{}"), null);
      Await.until("it was told", () -> present(two).contains("missed"));
      cut.isCut = false;
      two.send(text("1"), null);
      Await.until("the state was asked for", () -> present(one).contains("missed"));
      Await.until("one sees it", () -> Stream.of("first").allMatch(present(one)::contains));
      two.untrack(TOPIC, lost);
      Await.until("it left", () -> !present(one).contains("missed"));
    }
  }
}
