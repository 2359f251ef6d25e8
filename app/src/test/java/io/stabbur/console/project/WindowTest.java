package io.stabbur.console.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Long lists page by page, as their links lead through them.
class WindowTest {
  private static List<String> names(int count) {
    return IntStream.rangeClosed(1, count).mapToObj("name %03d"::formatted).toList();
  }

  private static Window<String> window(List<String> all, String text, String after) {
    return Window.of(all, Function.identity(), text, after);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 49, 50, 51, 99, 100, 101, 260})
  void thePagesAreTheWholeListInItsOrder(int count) {
    var seen = new ArrayList<String>();
    var page = window(names(count), "", "");
    seen.addAll(page.shown());
    while (page.next() != null) {
      assertThat(page.shown()).hasSize(50);
      page = window(names(count), "", Objects.requireNonNull(page.next()));
      assertThat(page.isFirst()).isFalse();
      seen.addAll(page.shown());
    }

    assertThat(seen).isEqualTo(names(count));
    assertThat(page.all()).isEqualTo(count);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "NAME 00, 9", "name, 120", "' ', 120", "x, 0", "099, 1"})
  void aTextIsLookedForInAnyCase(String text, int count) {
    var numbers = names(120).stream().filter(name -> name.contains(text)).count();
    var page = window(names(120), text, "");

    assertThat(page.all()).isEqualTo(text.equals("1") ? (int) numbers : count);
    assertThat(page.isFirst()).isTrue();
  }

  @Test
  void pagesOfWhatWasFoundHoldNothingElse() {
    var first = window(names(260), "1", "");
    var second = window(names(260), "1", Objects.requireNonNull(first.next()));

    assertThat(first.shown()).allMatch(name -> name.contains("1"));
    assertThat(second.shown()).allMatch(name -> name.contains("1"));
    assertThat(second.shown()).doesNotContainAnyElementsOf(first.shown());
    assertThat(first.shown().size() + second.shown().size())
        .isLessThanOrEqualTo(first.all())
        .isEqualTo(100);
  }

  /// The last one of the page before may have been deleted meanwhile.
  @Test
  void afterANameThatIsGoneTheListBeginsAnew() {
    var page = window(names(60), "", "name 999");

    assertThat(page.isFirst()).isTrue();
    assertThat(page.shown()).startsWith("name 001");
  }

  @Test
  void aListIsPartOfMoreWhereThereIsMore() {
    assertThat(window(names(50), "", "").isPart()).isFalse();
    assertThat(window(names(51), "", "").isPart()).isTrue();
    assertThat(window(names(51), "", "name 050").isPart()).isTrue();
    assertThat(window(names(50), "0", "").isPart()).isTrue();
    assertThat(window(List.of(), "", "").isPart()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a | a", "a b | a+b", "a&b=c#d | a%26b%3Dc%23d", "å | %C3%A5", "<i> | %3Ci%3E"})
  void whatIsLookedForIsEncodedInLinks(String text, String encoded) {
    var all = names(51).stream().map(name -> text + name).toList();
    var page = window(all, text, "");

    assertThat(page.paging().firstQuery()).isEqualTo("?q=" + encoded);
    assertThat(page.paging().nextQuery()).isEqualTo("?after=" + encoded + "name+050&q=" + encoded);
  }

  @Test
  void otherThingsMayBeShownForTheSamePage() {
    var page = window(names(60), "", "");
    var lengths = page.showing(page.shown().stream().map(String::length).toList());

    assertThat(lengths.shown()).hasSize(50).containsOnly(8);
    assertThat(lengths.next()).isEqualTo(page.next());
    assertThat(lengths.all()).isEqualTo(60);
  }
}
