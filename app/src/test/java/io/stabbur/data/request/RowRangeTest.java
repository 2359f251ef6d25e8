package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowRangeTest {
  @ParameterizedTest
  @CsvSource({
    "0,, 0,, 0,",
    "0, 10, 0,, 0, 10",
    "5, 10, 0,, 5, 10",
    "0, 10, 5, 10, 5, 5",
    "0, 10, 5,, 5, 5",
    "3, 4, 0, 100, 3, 4",
    "0, 100, 3, 4, 3, 4",
    "10, 5, 0, 5, 10, -5",
    // the end of a range may lie beyond the largest number
    "5, 9223372036854775807, 0,, 5,",
    "0,, 5, 9223372036854775807, 5,",
    "5, 9223372036854775807, 0, 10, 5, 5"
  })
  void theIntersectionHasTheRowsOfBoth(
      long offset,
      @Nullable Long limit,
      long otherOffset,
      @Nullable Long otherLimit,
      long bothOffset,
      @Nullable Long bothLimit) {
    var one = new RowRange(offset, limit);
    var other = new RowRange(otherOffset, otherLimit);

    assertThat(one.intersect(other)).isEqualTo(new RowRange(bothOffset, bothLimit));
    assertThat(other.intersect(one)).isEqualTo(new RowRange(bothOffset, bothLimit));
  }

  @ParameterizedTest
  @CsvSource({"0,, 5, 5", "0, 3, 5, 3", "0, 9, 5, 5", "7, 9, 5, 5", "0, 9,, 9", "0, 0, 5, 0"})
  void theCapLowersALimit(
      long offset, @Nullable Long limit, @Nullable Integer most, @Nullable Long capped) {
    assertThat(new RowRange(offset, limit).cappedAt(most)).isEqualTo(new RowRange(offset, capped));
  }

  @ParameterizedTest
  @CsvSource({"0,, true, false", "0, 0, false, true", "1,, false, false", "0, 1, false, false"})
  void allAndNothingAreKnown(
      long offset, @Nullable Long limit, boolean isAll, boolean wantsNothing) {
    var range = new RowRange(offset, limit);

    assertThat(range.isAll()).isEqualTo(isAll);
    assertThat(range.wantsNothing()).isEqualTo(wantsNothing);
  }
}
