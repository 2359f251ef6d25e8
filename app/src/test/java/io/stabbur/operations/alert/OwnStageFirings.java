package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rules that need a server of their own: backups, a database with another clock, a project that
/// does not open.
final class OwnStageFirings {
  private static final String RULES = "stabbur.operations.alerts.rules.";
  private static final Path FAKE_TIME =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");

  static final List<Firing> ALL =
      List.of(
          Firing.slow(
              "BackupTooOld", "no backup has been made, and an hour passes", _ -> neverBackedUp()),
          Firing.slow(
              "BackupNotProven",
              "no backup has been restored since the first (limit 10 min instead of 35 days)",
              _ -> neverProven()),
          Firing.slow(
              "LogNotShipped",
              "the folder of the backups is away (limit 3 s instead of 10 min)",
              _ -> noPlaceForTheLog()),
          Firing.slow(
              "ProjectLeftOut",
              "nothing listens at the address of one of two projects when the server starts",
              _ -> awayAtTheStart()),
          Firing.slow(
              "ClockSkew",
              "Postgres runs with a clock that is a minute ahead (libfaketime)",
              _ -> otherClock()));

  private OwnStageFirings() {}

  private static Map<String, Object> backups(Path place) {
    return Map.of(
        "stabbur.backup.to",
        place.toString(),
        "stabbur.backup.log-every",
        "1s",
        "stabbur.backup.prove-every",
        "0s",
        RULES + "log-not-shipped.warning",
        3,
        RULES + "log-not-shipped.lasting",
        "0s");
  }

  private static void neverBackedUp() {
    try (var stage = new Stage(_ -> backups(TestServer.newFolder().resolve("backups")))) {
      stage.fires("BackupTooOld");
      assertThat(stage.call("POST", "/admin/v1/backups", "{}")).isEqualTo(200);
      awaitStatus(stage, "BackupTooOld");
    }
  }

  private static void neverProven() {
    var settings = new HashMap<>(backups(TestServer.newFolder().resolve("backups")));
    settings.put("stabbur.backup.prove-every", "30d");
    settings.put(RULES + "backup-not-proven.warning", 600);
    settings.put(RULES + "backup-not-proven.lasting", "0s");
    try (var stage = new Stage(_ -> settings)) {
      assertThat(stage.call("POST", "/admin/v1/backups", "{}")).isEqualTo(200);
      stage.judge();
      assertThat(stage.isFiring("BackupNotProven")).as("since its first backup").isFalse();
      stage.pass(Duration.ofMinutes(11));
      stage.fires("BackupNotProven");
      assertThat(stage.call("POST", "/admin/v1/backups/verify", "{}")).isEqualTo(200);
      provenLater(stage);
      awaitStatus(stage, "BackupNotProven");
    }
  }

  /// By the clock of the stage.
  private static void provenLater(Stage stage) {
    stage
        .server()
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "update stabbur.backup_status set last_proof_at = now() + interval '11"
                            + " minutes'")));
  }

  /// The state of backups that meters show is half a minute old at most.
  private static void awaitStatus(Stage stage, String rule) {
    Await.until(
        rule + " ends",
        Duration.ofSeconds(90),
        () -> {
          stage.judge();
          return !stage.isFiring(rule);
        });
    stage.ends(rule);
  }

  /// By the real clock: what is shipped has the time of the shipping.
  private static void noPlaceForTheLog() throws IOException {
    var place = TestServer.newFolder().resolve("backups");
    try (var stage = new Stage(_ -> backups(place))) {
      assertThat(stage.call("POST", "/admin/v1/backups", "{}")).isEqualTo(200);
      awaitFiring(stage, "LogNotShipped", false);
      var away = place.resolveSibling("away");
      Files.move(place, away);
      Files.writeString(place, "not a folder");
      awaitFiring(stage, "LogNotShipped", true);
      Files.delete(place);
      Files.move(away, place);
      awaitStatus(stage, "LogNotShipped");
    }
  }

  private static void awayAtTheStart() throws IOException {
    try (var postgres = InstalledPostgres.start();
        var proxy = new FaultyProxy(postgres.port())) {
      proxy.become(FaultyProxy.Mode.REFUSE);
      var address = postgres.databaseUrl().replace(":" + postgres.port(), ":" + proxy.port());
      try (var stage =
          new Stage(
              _ ->
                  Map.of(
                      "stabbur.projects.default.hosts", List.of("here.example.org"),
                      "stabbur.projects.far.hosts", List.of("far.example.org"),
                      "stabbur.projects.far.database-url", address))) {
        stage.fires("ProjectLeftOut", "\"project\":\"far\"");
        proxy.become(FaultyProxy.Mode.PASS);
        stage.ends("ProjectLeftOut");
      }
    }
  }

  private static void awaitFiring(Stage stage, String rule, boolean fires) {
    Await.until(
        rule + " fires: " + fires,
        Duration.ofSeconds(60),
        () -> {
          stage.sql("select pg_logical_emit_message(false, 'filler', 'x')");
          stage.judge();
          return stage.isFiring(rule) == fires;
        });
  }

  private static void otherClock() throws IOException {
    assertThat(FAKE_TIME).as("install Debian's package `libfaketime`").exists();
    var shift = Files.writeString(TestServer.newFolder().resolve("shift"), "+0s");
    var environment =
        Map.of(
            "LD_PRELOAD",
            FAKE_TIME.toString(),
            "FAKETIME_TIMESTAMP_FILE",
            shift.toString(),
            "FAKETIME_NO_CACHE",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1");
    try (var postgres = InstalledPostgres.start(environment);
        var stage =
            new Stage(
                _ -> Map.of("stabbur.projects.default.database-url", postgres.databaseUrl()))) {
      assertThat(stage.isFiring("ClockSkew")).isFalse();
      Files.writeString(shift, "+60s");
      stage.fires("ClockSkew", "\"severity\":\"critical\"");
      Files.writeString(shift, "+0s");
      stage.ends("ClockSkew");
    }
  }
}
