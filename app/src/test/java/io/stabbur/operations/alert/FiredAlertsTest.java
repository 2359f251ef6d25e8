package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Node;
import io.stabbur.testing.SmallVolume;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each rule fires for what it is meant for, with the limits it is shipped with unless its line
/// says otherwise, and ends when that is mended.
@Tag("nightly")
class FiredAlertsTest {
  static final int VOLUME = 4000;

  /// `-Dfire=Slot.*` fires those rules only.
  private static final String ONLY = System.getProperty("fire", ".*");

  private static SmallVolume volume;
  private static Stage stage;
  private static HttpsPeer https;
  private static Path migrations;

  @BeforeAll
  static void start() throws IOException {
    https = new HttpsPeer(5);
    volume = SmallVolume.mount(VOLUME);
    var data = volume.folder().resolve("data");
    DataTemplate.MIGRATED.copyTo(data);
    migrations = TestServer.newFolder().resolve("migrations");
    copy(TestServer.repository().resolve("supabase/migrations"), migrations);
    AgeingKeys.write(data);
    var functions = TestServer.newFolder().resolve("functions");
    Files.createDirectories(functions.resolve("crashes"));
    Files.writeString(
        functions.resolve("crashes/index.ts"), "Deno.serve(() => { Deno.exit(3); });");
    Files.writeString(
        functions.resolve("../config.toml"), "[functions.crashes]\nverify_jwt = false\n");
    stage =
        new Stage(
            hook -> {
              var settings = new HashMap<String, Object>();
              settings.put("stabbur.data", data.toString());
              settings.put("stabbur.migrations", migrations.toString());
              settings.put("stabbur.projects.default.public-url", https.url().toString());
              settings.put("stabbur.functions.deno", Node.deno().toString());
              settings.put("stabbur.functions.folder", functions.toString());
              settings.put("stabbur.realtime.changes.start", "at-once");
              settings.put("stabbur.auth.hooks.before-user-created.uri", hook);
              settings.put(
                  "stabbur.auth.hooks.before-user-created.secrets",
                  "v1,whsec_" + Base64.getEncoder().encodeToString(new byte[32]));
              var rules = "stabbur.operations.alerts.rules.";
              settings.put(rules + "replication-lag.warning", 2);
              settings.put(rules + "transaction-age.warning", 100_000);
              settings.put(rules + "idle-in-transaction.warning", 1);
              settings.put(rules + "long-transaction.warning", 1);
              return settings;
            });
  }

  @AfterAll
  static void stop() {
    stage.close();
    volume.close();
    https.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static List<Firing> all() {
    var all = new ArrayList<>(RequestFirings.ALL);
    all.addAll(DatabaseFirings.ALL);
    all.addAll(ApplianceFirings.all(volume, https, migrations));
    all.addAll(OwnStageFirings.ALL);
    return all;
  }

  private static Stream<DynamicTest> tests(boolean quick) {
    return all().stream()
        .filter(firing -> firing.isQuick() == quick && firing.rule().matches(ONLY))
        .map(
            firing ->
                DynamicTest.dynamicTest(
                    firing.rule() + ": " + firing.how(), () -> firing.act().on(stage)));
  }

  @TestFactory
  Stream<DynamicTest> quickOnes() {
    return tests(true);
  }

  @TestFactory
  Stream<DynamicTest> slowOnes() {
    return tests(false);
  }

  @Test
  void everyRuleIsFired() {
    var rules = new AlertRules(List.of()).all().stream().map(AlertRule::name).distinct().toList();
    assertThat(all()).extracting(Firing::rule).containsExactlyInAnyOrderElementsOf(rules);
  }
}
