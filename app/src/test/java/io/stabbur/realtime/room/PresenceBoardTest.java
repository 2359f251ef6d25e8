package io.stabbur.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.change.BroadcastSink;
import io.stabbur.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who is present on the topics of a project: what a client is told is the state at one moment, and
/// each later change once, in its order.
class PresenceBoardTest {
  private static final JsonNode ONLINE = Json.parse("{\"at\":1}");
  private static final JsonNode AWAY = Json.parse("{\"at\":2}");

  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final PresenceBoard board =
      new PresenceBoard("one", (topic, diff, own) -> told.add(new Told(topic, diff.number(), own)));

  private record Told(TopicName topic, long number, Presences.Changes own) {}

  private static TopicName topic(String name) {
    return new TopicName(name, BroadcastSink.Room.PUBLIC);
  }

  private static Presence remote(String replica, String ref, String key) {
    return new Presence(key, ref, "{\"phx_ref\":\"" + ref + "\"}", "", replica);
  }

  private Set<String> present(TopicName topic) {
    var keys = new TreeSet<String>();
    var state = Json.parse(new String(board.state(topic).json(), StandardCharsets.UTF_8));
    state.entries().forEach(each -> keys.add(each.getKey()));
    return keys;
  }

  @Test
  void whoTracksIsPresentUntilTheyLeave() {
    var kari = board.track(topic("a"), "kari", ONLINE, null);
    assertThat(present(topic("a"))).containsExactly("kari");
    assertThat(present(topic("b"))).isEmpty();

    board.untrack(topic("a"), kari);
    assertThat(present(topic("a"))).isEmpty();
  }

  @Test
  void theSameAgainChangesNothing() {
    var first = board.track(topic("a"), "kari", ONLINE, null);
    var _ = board.state(topic("a"));
    int before = told.size();

    assertThat(board.track(topic("a"), "kari", Json.parse("{ \"at\": 1 }"), first)).isSameAs(first);
    var _ = board.state(topic("a"));
    assertThat(told).hasSize(before);
  }

  @Test
  void somethingElseTakesThePlaceOfWhatWasTracked() {
    var first = board.track(topic("a"), "kari", ONLINE, null);
    var second = board.track(topic("a"), "kari", AWAY, first);

    assertThat(second.ref()).isNotEqualTo(first.ref());
    assertThat(Json.text(Json.parse(second.meta()), "phx_ref_prev")).isEqualTo(first.ref());
    assertThat(new String(board.state(topic("a")).json(), StandardCharsets.UTF_8))
        .contains(second.ref())
        .doesNotContain("\"at\":1");
  }

  /// Clients merge entries by their ref alone, over all replicas.
  @Test
  void noTwoEntriesHaveOneRef() {
    var refs = new HashSet<String>();
    var other = new PresenceBoard("two", (_, _, _) -> {});
    for (int i = 0; i < 200; i++) {
      assertThat(refs.add(board.track(topic("a" + i % 3), "k", ONLINE, null).ref())).isTrue();
      assertThat(refs.add(other.track(topic("a" + i % 3), "k", ONLINE, null).ref())).isTrue();
    }
  }

  @Test
  void topicsOfOneNameInBothRoomsAreApart() {
    var open = topic("a");
    var closed = new TopicName("a", BroadcastSink.Room.PRIVATE);
    board.track(open, "kari", ONLINE, null);

    assertThat(present(open)).containsExactly("kari");
    assertThat(present(closed)).isEmpty();
  }

  @Test
  void otherReplicasTellOfTheirs() {
    board.track(topic("a"), "kari", ONLINE, null);
    board.apply(
        topic("a"), List.of(remote("two", "t1", "ola"), remote("two", "t2", "per")), List.of());
    assertThat(present(topic("a"))).containsExactly("kari", "ola", "per");

    board.apply(topic("a"), List.of(), List.of(remote("two", "t1", "ola")));
    assertThat(present(topic("a"))).containsExactly("kari", "per");
  }

  @Test
  void aReplicaReplacesItsOwnAndNoOthers() {
    board.track(topic("a"), "kari", ONLINE, null);
    board.apply(topic("a"), List.of(remote("two", "t1", "ola")), List.of());
    board.apply(topic("a"), List.of(remote("three", "d1", "dag")), List.of());

    board.replace(topic("a"), "two", List.of(remote("two", "t9", "eva")));
    assertThat(present(topic("a"))).containsExactly("dag", "eva", "kari");

    board.replace(topic("a"), "two", List.of());
    assertThat(present(topic("a"))).containsExactly("dag", "kari");
    assertThat(board.topicsOf("two")).isEmpty();
    assertThat(board.topicsOf("three")).containsExactly(topic("a"));
  }

  @Test
  void aRemoteEntryThatIsThereAlreadyIsNotToldAgain() {
    board.apply(topic("a"), List.of(remote("two", "t1", "ola")), List.of());
    var _ = board.state(topic("a"));
    int before = told.size();

    board.replace(topic("a"), "two", List.of(remote("two", "t1", "ola")));
    var _ = board.state(topic("a"));
    assertThat(told).hasSize(before);
  }

  @Test
  void onlyOwnChangesAreForOtherReplicas() {
    board.apply(topic("a"), List.of(remote("two", "t1", "ola")), List.of());
    assertThat(told).singleElement().satisfies(each -> assertThat(each.own().isEmpty()).isTrue());

    var kari = board.track(topic("b"), "kari", ONLINE, null);
    assertThat(told.getLast().own().joins()).containsExactly(kari);
  }

  @Test
  void ownPresencesAreThoseOfThisProcess() {
    var kari = board.track(topic("a"), "kari", ONLINE, null);
    var per = board.track(topic("b"), "per", ONLINE, null);
    board.apply(topic("a"), List.of(remote("two", "t1", "ola")), List.of());
    board.untrack(topic("b"), per);

    var own = new ArrayList<Presence>();
    board.eachOwn((_, entries) -> own.addAll(entries));

    assertThat(own).containsExactly(kari);
  }

  /// The first change is told at once, those of the next moment together.
  @Test
  void changesOfAMomentAreToldTogether() {
    @Nullable Presence last = null;
    for (int i = 0; i < 100; i++) {
      last = board.track(topic("a"), "k" + i, ONLINE, null);
    }
    assertThat(told).hasSizeLessThan(100);

    var expected = last;
    Await.until(
        "the last is told",
        () -> told.stream().anyMatch(each -> each.own().joins().contains(expected)));
    assertThat(told.stream().mapToInt(each -> each.own().joins().size()).sum()).isEqualTo(100);
  }

  /// A member that got the state after diff 7 needs 8 next.
  @Test
  void numbersOfChangesGrowAlsoWhereATopicWasForgotten() throws InterruptedException {
    var first = board.track(topic("a"), "kari", ONLINE, null);
    board.untrack(topic("a"), first);
    long before = board.state(topic("a")).number();
    // longer than changes are gathered, so that nothing is known of the topic any more
    Thread.sleep(100);

    board.track(topic("a"), "kari", ONLINE, null);

    assertThat(told.getLast().number()).isGreaterThan(before);
    assertThat(board.state(topic("a")).number()).isEqualTo(told.getLast().number());
  }

  @Test
  void manyThreadsLoseNoEntry() {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        var prefix = "t" + thread + "-";
        threads.execute(
            () -> {
              for (int i = 0; i < 250; i++) {
                var entry = board.track(topic("a"), prefix + i, ONLINE, null);
                if (i % 5 != 0) {
                  board.untrack(topic("a"), entry);
                }
              }
            });
      }
    }

    assertThat(present(topic("a"))).hasSize(4 * 50);
    var numbers = told.stream().map(Told::number).toList();
    assertThat(numbers).isSorted().doesNotHaveDuplicates();
  }
}
