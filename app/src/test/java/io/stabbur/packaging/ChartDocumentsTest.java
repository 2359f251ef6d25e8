package io.stabbur.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.Promtool;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What stands beside the chart's templates and must agree with them: explanations, schema, alert
/// rules, dashboards. With `-Dchart.write=true` the files that are made from others are written.
class ChartDocumentsTest {
  private static final Path CHART =
      TestServer.repository().toAbsolutePath().normalize().resolve("helm/stabbur");
  private static final String BEGIN = "<!-- made from values.yaml -->\n";
  private static final Pattern METRIC = Pattern.compile("\\b(?:pg|stabbur|jvm|process)_[a-z0-9_]*");

  @Test
  void everyValueIsExplained() throws IOException {
    var values = ChartValues.read(CHART);

    assertThat(values.leaves())
        .filteredOn(path -> values.explanation(path).isEmpty())
        .as("values without a comment")
        .isEmpty();
  }

  @Test
  void everyValueIsReadByATemplate() throws IOException {
    var values = ChartValues.read(CHART);
    var templates = templates();
    var unused = new ArrayList<String>();
    for (var path : values.leaves()) {
      var read = Pattern.compile("\\.Values\\." + Pattern.quote(path) + "(?![\\w.])");
      if (!read.matcher(templates).find()) {
        unused.add(path);
      }
    }

    assertThat(unused).as("values that no template reads").isEmpty();
  }

  @Test
  void templatesReadNoValueThatIsNotThere() throws IOException {
    var values = ChartValues.read(CHART);
    var known = new TreeSet<String>();
    for (var leaf : values.leaves()) {
      for (int dot = leaf.length(); dot > 0; dot = leaf.lastIndexOf('.', dot - 1)) {
        known.add(leaf.substring(0, dot));
      }
    }
    var read = new TreeSet<String>();
    var matcher = Pattern.compile("\\.Values\\.([A-Za-z][\\w.]*\\w)").matcher(templates());
    while (matcher.find()) {
      read.add(matcher.group(1));
    }

    assertThat(known).containsAll(read);
  }

  @Test
  void theReadmeHasTheTableOfValues() throws IOException {
    var file = CHART.resolve("README.md");
    var text = Files.readString(file);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    var expected = text.substring(0, begin) + ChartValues.read(CHART).table();
    if (Boolean.getBoolean("chart.write")) {
      Files.writeString(file, expected);
    }

    assertThat(Files.readString(file)).isEqualTo(expected);
  }

  @Test
  void theSchemaIsThatOfTheValues() throws IOException {
    var file = CHART.resolve("values.schema.json");
    var expected = ChartValues.read(CHART).schema();
    if (Boolean.getBoolean("chart.write")) {
      Files.writeString(file, expected);
    }

    assertThat(Files.readString(file)).isEqualTo(expected);
  }

  @Test
  void theRulesAreThoseThatStabburJudges() throws IOException {
    var server = TestServer.shared();
    var answer =
        Http.get(
                server.url() + "/admin/v1/alerts/rules",
                "apikey",
                server.project().keys().secretKey().reveal())
            .body();
    var rules = text(Json.parse(answer), "yaml");
    var file = CHART.resolve("files/rules.yml");
    if (Boolean.getBoolean("chart.write")) {
      Files.writeString(file, rules);
    }

    assertThat(rules).contains("StabburAbsent");
    assertThat(Files.readString(file)).isEqualTo(rules);
  }

  @Test
  void dashboardsAskForMetricsThatThereAre() throws IOException {
    var known = new TreeSet<String>();
    try (var pages =
        Files.newDirectoryStream(TestServer.repository().resolve("app/docs"), "*.md")) {
      for (var page : pages) {
        known.addAll(metrics(Files.readString(page)));
      }
    }
    try (var files = Files.newDirectoryStream(CHART.resolve("files/dashboards"), "*.json")) {
      for (var file : files) {
        var dashboard = Json.parse(Files.readString(file));
        var titles = new ArrayList<String>();
        var asked = new TreeSet<String>();
        var queries = new ArrayList<String>();
        var panels = Objects.requireNonNull(dashboard.get("panels"));
        panels
            .values()
            .forEach(
                panel -> {
                  titles.add(text(panel, "title"));
                  var targets = panel.get("targets");
                  if (targets != null) {
                    targets.values().forEach(target -> queries.add(text(target, "expr")));
                  }
                });

        queries.forEach(query -> asked.addAll(metrics(query)));
        assertThat(Promtool.rules(recorded(queries)))
            .as("parsed by Prometheus")
            .contains("SUCCESS: " + queries.size() + " rules found");
        assertThat(titles).doesNotHaveDuplicates().hasSizeGreaterThan(15);
        assertThat(asked)
            .hasSizeGreaterThan(20)
            .allMatch(
                metric -> known.stream().anyMatch(name -> matches(name, metric)),
                "described in app/docs");
      }
    }
  }

  /// Queries as rules, which Prometheus parses; a range that Grafana chooses is some minutes.
  private static String recorded(List<String> queries) {
    var rules = new StringBuilder("groups:\n- name: queries\n  rules:\n");
    for (int i = 0; i < queries.size(); i++) {
      rules
          .append("  - record: query_")
          .append(i)
          .append("\n    expr: '")
          .append(queries.get(i).replace("$__rate_interval", "5m").replace("'", "''"))
          .append("'\n");
    }
    return rules.toString();
  }

  /// A name of the documents ends in an underscore where several are meant.
  private static boolean matches(String known, String metric) {
    return known.equals(metric)
        || (known.endsWith("_") && metric.startsWith(known))
        || known.equals(metric.replaceFirst("_(count|sum|bucket|max)$", ""));
  }

  private static List<String> metrics(String text) {
    return METRIC.matcher(text).results().map(MatchResult::group).toList();
  }

  private static String text(JsonNode node, String name) {
    return Objects.requireNonNull(node.get(name), name).getStringValue();
  }

  private static String templates() throws IOException {
    var text = new StringBuilder();
    try (var files = Files.walk(CHART.resolve("templates"))) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
