package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SelectorTest {
  private static final Map<Map<String, String>, Double> SERIES =
      Map.of(
          Map.of("project", "a", "status", "200"), 1.0,
          Map.of("project", "a", "status", "500"), 2.0,
          Map.of("project", "a", "status", "503"), 4.0,
          Map.of("project", "b", "status", "500"), 8.0,
          Map.of("project", "b"), 16.0);

  @Test
  void labelsMatchAsAWhole() {
    assertThat(sum(selector("status", "5"), "project")).isEmpty();
    assertThat(sum(selector("status", "5.."), "project"))
        .containsOnly(
            Map.entry(Map.of("project", "a"), 6.0), Map.entry(Map.of("project", "b"), 8.0));
    assertThat(sum(selector("status", "200|503"), "project"))
        .containsOnly(Map.entry(Map.of("project", "a"), 5.0));
  }

  @Test
  void aLabelThatIsAbsentIsEmpty() {
    assertThat(sum(selector("status", ""), "project"))
        .containsOnly(Map.entry(Map.of("project", "b"), 16.0));
    assertThat(sum(selector("status", ".*"), "project"))
        .containsOnly(
            Map.entry(Map.of("project", "a"), 7.0), Map.entry(Map.of("project", "b"), 24.0));
  }

  @Test
  void seriesThatAgreeArePutTogether() {
    var all = new Selector("requests", new LinkedHashMap<>());

    assertThat(sum(all)).containsOnly(Map.entry(Map.of(), 31.0));
    assertThat(sum(all, "status"))
        .containsOnly(
            Map.entry(Map.of("status", "200"), 1.0),
            Map.entry(Map.of("status", "500"), 10.0),
            Map.entry(Map.of("status", "503"), 4.0),
            Map.entry(Map.of(), 16.0));
    assertThat(all.grouped(SERIES, List.of("project"), Math::max))
        .containsOnly(
            Map.entry(Map.of("project", "a"), 4.0), Map.entry(Map.of("project", "b"), 16.0));
  }

  @Test
  void itIsWrittenAsPrometheusReadsIt() {
    var match = new LinkedHashMap<String, Pattern>();
    match.put("status", Pattern.compile("5.."));
    match.put("room", Pattern.compile("a|b"));

    assertThat(new Selector("requests", match).promql())
        .isEqualTo("requests{status=~\"5..\",room=~\"a|b\"}");
    assertThat(new Selector("requests", new LinkedHashMap<>()).promql()).isEqualTo("requests");
  }

  @Test
  void itKeepsWhatItWasMadeWith() {
    var match = new LinkedHashMap<String, Pattern>();
    var selector = new Selector("requests", match);
    match.put("status", Pattern.compile("x"));

    assertThat(selector.match()).isEmpty();
  }

  private static Selector selector(String label, String pattern) {
    SequencedMap<String, Pattern> match = new LinkedHashMap<>();
    match.put(label, Pattern.compile(pattern));
    return new Selector("requests", match);
  }

  private static Map<Map<String, String>, Double> sum(Selector selector, String... by) {
    return selector.grouped(SERIES, List.of(by), Double::sum);
  }
}
