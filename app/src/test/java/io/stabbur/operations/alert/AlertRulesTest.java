package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.testing.Promtool;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The file of rules, its runbooks and its form for Prometheus.
class AlertRulesTest {
  private static final Path RUNBOOKS = TestServer.repository().resolve("app/docs/runbooks");

  private static RuleSettings change(
      boolean enabled, @Nullable Double warning, @Nullable Duration lasting) {
    return new RuleSettings("disk-full", enabled, warning, null, lasting);
  }

  private static List<AlertRule> diskFull(RuleSettings change) {
    return new AlertRules(List.of(change))
        .all().stream().filter(rule -> rule.name().equals("DiskFull")).toList();
  }

  @Test
  void eachRuleHasARunbook() throws IOException {
    for (var rule : new AlertRules(List.of()).all()) {
      assertThat(Files.readString(RUNBOOKS.resolve(rule.name() + ".md")))
          .startsWith("# " + rule.name() + "\n")
          .containsSubsequence("## Meaning", "## Impact", "## Diagnosis", "## Mitigation");
    }
  }

  @Test
  void eachRunbookHasARule() throws IOException {
    var names =
        new AlertRules(List.of())
            .all().stream().map(rule -> rule.name() + ".md").collect(Collectors.toSet());
    names.add("StabburAbsent.md");

    try (var files = Files.list(RUNBOOKS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void prometheusTakesTheRules() {
    var server = TestServer.shared();
    var yaml = server.bean(PrometheusRules.class).yaml();
    var rules = new AlertRules(List.of()).all().size() + 1;

    assertThat(Promtool.rules(yaml)).contains("SUCCESS: " + rules + " rules found");
    assertThat(yaml).contains("absent(pg_up)");
  }

  @Test
  void settingsChangeARule() {
    assertThat(diskFull(change(true, 0.5, Duration.ofMinutes(7))))
        .anySatisfy(
            rule -> {
              assertThat(rule.severity()).isEqualTo(AlertRule.Severity.WARNING);
              assertThat(rule.limit()).isEqualTo(0.5);
              assertThat(rule.lasting()).isEqualTo(Duration.ofMinutes(7));
            })
        .anySatisfy(rule -> assertThat(rule.limit()).isEqualTo(0.95));
    assertThat(diskFull(change(false, null, null))).isEmpty();
  }

  @Test
  void aRuleThatDoesNotExistIsRefused() {
    var unknown = new RuleSettings("disk-ful", true, null, null, null);

    assertThatThrownBy(() -> new AlertRules(List.of(unknown)))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("There is no alert disk-ful");
  }

  @Test
  void numbersAreReadable() {
    assertThat(Numbers.of(0.823, "ratio")).isEqualTo("82 %");
    assertThat(Numbers.of(1_234_567_890, "bytes")).isEqualTo("1.2 GB");
    assertThat(Numbers.of(0.612, "seconds")).isEqualTo("612 ms");
    assertThat(Numbers.of(5.5, "seconds")).isEqualTo("5.5 s");
    assertThat(Numbers.of(1900, "seconds")).isEqualTo("31 min");
    assertThat(Numbers.of(93_600, "seconds")).isEqualTo("26 h 0 min");
    assertThat(Numbers.of(3_456_000, "seconds")).isEqualTo("40 days");
    assertThat(Numbers.of(1.8e9, "seconds")).isEqualTo("ever");
    assertThat(Numbers.of(7, "")).isEqualTo("7");
  }
}
