package io.stabbur.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What clients are told of who is present on a topic.
class PresencesTest {
  private final Presences presences = new Presences();

  @Test
  void entriesOfOneKeyAreToldTogether() {
    presences.join(entry("one", "r1", "kari", null));
    presences.join(entry("one", "r2", "ola", null));
    presences.join(entry("two", "r3", "kari", null));
    var state =
        "{\"kari\":{\"metas\":[{\"n\":1,\"phx_ref\":\"r1\"},{\"n\":1,\"phx_ref\":\"r3\"}]},"
            + "\"ola\":{\"metas\":[{\"n\":1,\"phx_ref\":\"r2\"}]}}";
    assertThat(text(presences.json())).isEqualTo(state);
    assertThat(text(presences.take().json())).isEqualTo("{\"joins\":" + state + ",\"leaves\":{}}");
    assertThat(presences.take().isEmpty()).as("told once").isTrue();
  }

  @Test
  void aKeyIsQuotedAsJson() {
    presences.join(entry("one", "r1", "a\"\\\nå", null));
    assertThat(Json.parse(text(presences.json())).get("a\"\\\nå")).isNotNull();
  }

  @Test
  void aJoinIsToldOnce() {
    var kari = entry("one", "r1", "kari", null);
    presences.join(kari);
    presences.join(kari);
    assertThat(presences.take().joins()).containsExactly(kari);
    presences.leave(kari);
    presences.leave(kari);
    assertThat(presences.take().leaves()).containsExactly(kari);
    presences.leave(entry("one", "r9", "nobody", null));
    assertThat(presences.take().isEmpty()).isTrue();
    assertThat(presences.isEmpty()).isTrue();
  }

  @Test
  void anEntryInThePlaceOfAnotherLeavesNoGap() {
    var before = entry("one", "r1", "kari", null);
    presences.join(before);
    var _ = presences.take();
    var after = entry("one", "r2", "kari", before);
    presences.leave(before);
    presences.join(after);
    var told = presences.take();
    assertThat(told.joins()).containsExactly(after);
    assertThat(told.leaves()).containsExactly(before);
    assertThat(text(presences.json())).contains("\"phx_ref_prev\":\"r1\"");
  }

  /// Another replica that was taken for dead is heard again: clients merge joins before leaves, and
  /// would drop who is there.
  @Test
  void whoIsBackBeforeItWasToldHasNotLeft() {
    var kari = entry("two", "r1", "kari", null);
    presences.join(kari);
    var _ = presences.take();
    presences.leave(kari);
    presences.join(kari);
    assertThat(presences.take().isEmpty()).isTrue();
    assertThat(presences.of("two")).containsExactly(kari);
  }

  @Test
  void whoCameAndWentIsToldAsBoth() {
    var kari = entry("one", "r1", "kari", null);
    presences.join(kari);
    presences.leave(kari);
    var told = presences.take();
    assertThat(told.joins()).containsExactly(kari);
    assertThat(told.leaves()).containsExactly(kari);
  }

  @Test
  void othersAreToldOfTheirOwnAlone() {
    var own = entry("one", "r1", "kari", null);
    var other = entry("two", "r2", "kari", null);
    presences.join(own);
    presences.join(other);
    presences.leave(other);
    var changes = presences.take().of("one");
    assertThat(changes.joins()).containsExactly(own);
    assertThat(changes.leaves()).isEmpty();
    assertThat(presences.of("one")).containsExactly(own);
    assertThat(presences.of("two")).isEmpty();
  }

  private static Presence entry(
      String replica, String ref, String key, @Nullable Presence previous) {
    return Presence.of(replica, ref, key, Json.parse("{\"n\":1}"), previous);
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
