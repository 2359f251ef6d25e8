package io.stabbur.console.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.statistics.BarChart.Bar;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BarChartTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "2, 2",
    "3, 3",
    "5, 6",
    "6, 6",
    "10, 10",
    "11, 20",
    "20, 20",
    "21, 30",
    "99, 100",
    "100, 100",
    "101, 200",
    "4999, 6000",
    "6001, 8000",
    "1000000001, 2000000000"
  })
  void theHighestLineIsARoundNumberNotBelowTheHighestValue(long highest, long top) {
    assertThat(BarChart.of(List.of(highest)).top()).isEqualTo(top);
  }

  @Test
  void barsStandOnTheFloor() {
    assertThat(BarChart.of(List.of(5L, 10L, 0L)).bars())
        .containsExactly(
            new Bar("76.0", "94.0", "168.0", "82.0"),
            new Bar("300.0", "12.0", "168.0", "164.0"),
            new Bar("524.0", "176.0", "168.0", "0.0"));
  }

  @Test
  void whatIsMoreThanNothingIsSeen() {
    assertThat(BarChart.of(List.of(1L, 1_000_000L)).bars().getFirst().height()).isEqualTo("1.5");
  }

  @Test
  void nothingHasNoBars() {
    var chart = BarChart.of(List.of());

    assertThat(chart.bars()).isEmpty();
    assertThat(chart.top()).isEqualTo(1);
  }
}
