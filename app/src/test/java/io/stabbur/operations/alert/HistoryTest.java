package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What rules look back at: growth and trend of each series, as `increase` and `predict_linear` of
/// Prometheus have them.
class HistoryTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Map<String, String> DISK = Map.of("disk", "a");

  private final History history =
      new History(Map.of("size", HOUR, "stabbur_failures_total", HOUR, "pg_commits_total", HOUR));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private void add(String metric, double value) {
    add(metric, DISK, value);
  }

  private void add(String metric, Map<String, String> labels, double value) {
    now = now.plusSeconds(60);
    history.add(now, new Series(Map.of(metric, Map.of(labels, value))));
  }

  private void nothing() {
    now = now.plusSeconds(60);
    history.add(now, new Series(Map.of()));
  }

  private double increase(String metric, Duration window) {
    return history.increase(metric, window).getOrDefault(DISK, Double.NaN);
  }

  @Test
  void theLastValueIsTheOneOfNow() {
    add("size", 1);
    add("size", 2);

    assertThat(history.now("size")).isEqualTo(Map.of(DISK, 2.0));
    assertThat(history.now("other")).isEmpty();
    assertThat(history.at()).isEqualTo(now);
    nothing();
    assertThat(history.now("size")).isEmpty();
  }

  @Test
  void growthIsCountedWithinTheWindow() {
    for (int value = 0; value <= 10; value++) {
      add("pg_commits_total", value);
    }

    assertThat(increase("pg_commits_total", HOUR)).isEqualTo(10);
    assertThat(increase("pg_commits_total", Duration.ofMinutes(3))).isEqualTo(3);
    assertThat(increase("pg_commits_total", Duration.ofSeconds(59))).isZero();
  }

  /// A process that begins anew counts from zero.
  @Test
  void aCounterThatFellHasGrownByWhatItIs() {
    for (double value : new double[] {100, 110, 3, 7, 0, 2}) {
      add("pg_commits_total", value);
    }

    assertThat(increase("pg_commits_total", HOUR)).isEqualTo(10 + 3 + 4 + 0 + 2);
  }

  @Test
  void theFirstValueOfACounterFromElsewhereIsNoGrowth() {
    nothing();
    add("pg_commits_total", 1_000_000);

    assertThat(increase("pg_commits_total", HOUR)).isZero();
  }

  /// A counter of this process that appears later was zero before: its first failures count.
  @Test
  void theFirstValueOfAnOwnCounterIsGrowth() {
    nothing();
    add("stabbur_failures_total", 3);

    assertThat(increase("stabbur_failures_total", HOUR)).isEqualTo(3);
  }

  @Test
  void theVeryFirstLookAtAnOwnCounterIsNoGrowth() {
    add("stabbur_failures_total", 3);
    assertThat(increase("stabbur_failures_total", HOUR)).isZero();
    add("stabbur_failures_total", 4);
    assertThat(increase("stabbur_failures_total", HOUR)).isEqualTo(1);
  }

  @Test
  void seriesAreApartByTheirLabels() {
    add("pg_commits_total", 1);
    add("pg_commits_total", Map.of("disk", "b"), 5);
    add("pg_commits_total", 3);
    add("pg_commits_total", Map.of("disk", "b"), 5);

    assertThat(history.increase("pg_commits_total", HOUR))
        .isEqualTo(Map.of(DISK, 2.0, Map.of("disk", "b"), 0.0));
  }

  @Test
  void aSeriesThatIsGoneForLongerThanTheWindowIsForgotten() {
    add("pg_commits_total", 1);
    add("pg_commits_total", 5);
    for (int minute = 0; minute < 59; minute++) {
      nothing();
    }
    assertThat(history.increase("pg_commits_total", HOUR)).containsKey(DISK);
    for (int minute = 0; minute < 3; minute++) {
      nothing();
    }
    assertThat(history.increase("pg_commits_total", HOUR)).isEmpty();
  }

  @Test
  void noMetricIsKeptThatNoRuleLooksBackAt() {
    add("other", 1);
    add("other", 2);

    assertThat(history.increase("other", HOUR)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"100, -2, 0", "100, -2, 60", "0, 0, 60", "5, 3, 240", "1e12, -1e9, 30"})
  void aStraightLineIsFollowed(double begin, double perMinute, int minutesAhead) {
    for (int minute = 0; minute <= 30; minute++) {
      add("size", begin + perMinute * minute);
    }

    double expected = begin + perMinute * (30 + minutesAhead);
    assertThat(predicted(Duration.ofMinutes(minutesAhead)))
        .isCloseTo(expected, within(Math.max(1e-6, Math.abs(begin) * 1e-9)));
  }

  /// The middle of what goes up and down.
  @Test
  void noiseIsEvenedOut() {
    for (int minute = 0; minute <= 30; minute++) {
      add("size", 100 + (minute % 2 == 0 ? 1 : -1));
    }

    assertThat(predicted(HOUR)).isCloseTo(100, within(1.0));
  }

  @Test
  void fromAShortTimeNothingIsPredicted() {
    for (int minute = 0; minute < 10; minute++) {
      add("size", minute);
    }
    // ten points, nine minutes: less than a sixth of the hour
    assertThat(history.predict("size", HOUR, HOUR)).isEmpty();

    add("size", 10);
    assertThat(history.predict("size", HOUR, HOUR)).containsKey(DISK);
  }

  @Test
  void fromTwoPointsNothingIsPredicted() {
    add("size", 1);
    now = now.plus(Duration.ofMinutes(20));
    add("size", 2);

    assertThat(history.predict("size", HOUR, HOUR)).isEmpty();
  }

  private double predicted(Duration ahead) {
    return history.predict("size", HOUR, ahead).getOrDefault(DISK, Double.NaN);
  }

  /// The names under which a scrape shows each kind of metric.
  @Test
  void seriesHaveTheNamesOfAScrape() {
    var registry = new PrometheusRegistry();
    Gauge.builder()
        .name("up")
        .labelNames("project")
        .withoutExemplars()
        .register(registry)
        .labelValues("a")
        .set(1);
    Counter.builder().name("asked").withoutExemplars().register(registry).inc(3);
    var summary = Summary.builder().name("took").withoutExemplars().register(registry);
    summary.observe(2);
    summary.observe(3);
    var histogram =
        Histogram.builder()
            .name("waited")
            .classicOnly()
            .classicUpperBounds(1, 5)
            .withoutExemplars()
            .register(registry);
    for (double value : new double[] {0.5, 3, 4, 100}) {
      histogram.observe(value);
    }

    var series =
        Series.of(
            registry.scrape(),
            Set.of("up", "asked_total", "took_count", "took_sum", "waited_bucket"));

    assertThat(series.of("up")).isEqualTo(Map.of(Map.of("project", "a"), 1.0));
    assertThat(series.of("asked_total")).isEqualTo(Map.of(Map.of(), 3.0));
    assertThat(series.of("took_count")).isEqualTo(Map.of(Map.of(), 2.0));
    assertThat(series.of("took_sum")).isEqualTo(Map.of(Map.of(), 5.0));
    assertThat(series.of("waited_bucket"))
        .isEqualTo(
            Map.of(
                Map.of("le", "1.0"), 1.0, Map.of("le", "5.0"), 3.0, Map.of("le", "Infinity"), 4.0));
  }

  @Test
  void onlyWhatIsWantedIsKeptAndWhatIsNoNumberIsNot() {
    var registry = new PrometheusRegistry();
    Gauge.builder().name("up").withoutExemplars().register(registry).set(1);
    Gauge.builder().name("odd").withoutExemplars().register(registry).set(Double.NaN);

    var series = Series.of(registry.scrape(), Set.of("odd"));

    assertThat(series.values()).isEmpty();
  }

  @Test
  void projectsThatAreDownAreNamed() {
    var up = new HashMap<Map<String, String>, Double>();
    up.put(Map.of("project", "a"), 1.0);
    up.put(Map.of("project", "b"), 0.0);
    up.put(Map.of(), 0.0);

    assertThat(new Series(Map.of("pg_up", up)).projectsDown()).containsExactlyInAnyOrder("b", "");
    assertThat(new Series(Map.of()).projectsDown()).isEmpty();
  }
}
