package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.alert.AlertRule.Scope;
import io.stabbur.operations.alert.AlertRule.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// From pending to firing to resolved, without a clock and a database.
class AlertBookTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final AlertBook ONE = new AlertBook("one", Duration.ofSeconds(45));
  private static final AlertBook OTHER = new AlertBook("other", Duration.ofSeconds(45));

  private List<Alert> open = new ArrayList<>();

  private static Finding finding(double value) {
    var rule =
        new AlertRule(
            "Full",
            Severity.WARNING,
            new Signal.Value(new Selector("disk", new LinkedHashMap<>()), false),
            List.of("project"),
            false,
            0.8,
            0.7,
            Duration.ofSeconds(30),
            "ratio",
            "{project} is {value} full",
            Scope.SHARED);
    return new Finding(rule, Map.of("project", "north"), value);
  }

  private List<Alert> step(AlertBook book, int seconds, double value) {
    return step(book, seconds, value, Set.of());
  }

  private List<Alert> step(AlertBook book, int seconds, double value, Set<String> held) {
    var changed = book.step(open, List.of(finding(value)), held, START.plusSeconds(seconds));
    for (var alert : changed) {
      open.removeIf(each -> each.fingerprint().equals(alert.fingerprint()));
      if (alert.isOpen()) {
        open.add(alert);
      }
    }
    return changed;
  }

  private Alert.State state() {
    return open.getFirst().state();
  }

  @Test
  void anAlertFiresOnlyAfterItLasted() {
    step(ONE, 0, 0.9);
    assertThat(state()).isEqualTo(Alert.State.PENDING);
    step(ONE, 15, 0.9);
    assertThat(state()).isEqualTo(Alert.State.PENDING);
    step(ONE, 30, 0.912);

    assertThat(state()).isEqualTo(Alert.State.FIRING);
    assertThat(open.getFirst().startsAt()).isEqualTo(START.plusSeconds(30));
    assertThat(open.getFirst().summary()).isEqualTo("north is 91 % full");
  }

  @Test
  void whatEndsBeforeThatNeverFired() {
    step(ONE, 0, 0.9);
    var ended = step(ONE, 15, 0.5);

    assertThat(open).isEmpty();
    assertThat(ended).singleElement().satisfies(alert -> assertThat(alert.startsAt()).isNull());
  }

  @Test
  void aNumberThatSwingsAroundTheLimitAlertsOnce() {
    step(ONE, 0, 0.9);
    step(ONE, 30, 0.9);
    for (int seconds = 45; seconds < 300; seconds += 15) {
      step(ONE, seconds, seconds % 2 == 0 ? 0.75 : 0.85);
      assertThat(state()).isEqualTo(Alert.State.FIRING);
    }
    assertThat(step(ONE, 300, 0.69))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.state()).isEqualTo(Alert.State.RESOLVED);
              assertThat(alert.endsAt()).isEqualTo(START.plusSeconds(300));
            });
  }

  @Test
  void anotherProcessTakesOverOnlyWhenTheFirstIsGone() {
    step(ONE, 0, 0.9);
    step(ONE, 30, 0.9);

    assertThat(step(OTHER, 40, 0.1)).as("the first still judges").isEmpty();
    assertThat(step(OTHER, 80, 0.1)).hasSize(1);
    assertThat(open).isEmpty();
  }

  @Test
  void theAlertsOfAProjectThatIsDownStayAsTheyAre() {
    step(ONE, 0, 0.9);
    step(ONE, 30, 0.9);

    assertThat(step(ONE, 45, 0.1, Set.of("north"))).isEmpty();
    assertThat(ONE.step(open, List.of(), Set.of("north"), START.plusSeconds(60))).isEmpty();
    assertThat(ONE.step(open, List.of(), Set.of(), START.plusSeconds(75))).hasSize(1);
  }
}
