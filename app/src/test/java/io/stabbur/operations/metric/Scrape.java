package io.stabbur.operations.metric;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.regex.Pattern;

/// What `/metrics` said at one moment.
public record Scrape(String text) {
  private static final String TOKEN = "a long token";

  static final String SETTING = "stabbur.operations.token";

  static String token() {
    return TOKEN;
  }

  static Scrape of(TestServer server) {
    return new Scrape(
        Http.get(server.url() + "/metrics", "Authorization", "Bearer " + TOKEN).body());
  }

  /// The series of a metric whose labels include these, such as `project="default"`.
  List<String> series(String name, String... labels) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .toList();
  }

  /// The sum of those series.
  double value(String name, String... labels) {
    return series(name, labels).stream()
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  boolean has(String name, String... labels) {
    return !series(name, labels).isEmpty();
  }

  /// The names of all metrics.
  List<String> names() {
    return Pattern.compile("^# TYPE (\\S+) ", Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
