package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.project.ApplianceDatabase;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Alerts are kept in the control database, which is made for them when there is one.
class AlertHomeTest {
  private static final Map<String, Object> JUDGED_BY_THE_TEST =
      Map.of("stabbur.operations.alerts.enabled", false);

  @Test
  void whereNothingIsWrongNoControlDatabaseIsMade() {
    try (var server = TestServer.start(JUDGED_BY_THE_TEST)) {
      var engine = server.bean(AlertEngine.class);

      engine.judge(Instant.now());
      engine.deliver(Instant.now());

      assertThat(server.bean(AlertDesk.class).ended(10)).isEmpty();
      assertThat(ApplianceDatabase.exists(server.project())).isFalse();
    }
  }

  @Test
  void whatAnEarlierVersionKeptMovesOnce() {
    try (var server = TestServer.start(JUDGED_BY_THE_TEST)) {
      var login = server.project().admin().login();
      TestPostgres.execute(
          login,
          """
          insert into stabbur.alerts (fingerprint, name, severity, labels, summary, value, state,
            active_at, starts_at, owner, owned_until)
          values ('f1', 'DiskFull', 'WARNING', '{"project": "default", "volume": "data"}', 's', 0.9,
            'firing', now() - interval '1 hour', now() - interval '50 minutes', 'gone', now());
          insert into stabbur.alert_deliveries (alert_id, receiver, status, created_at, due_at,
            attempts, delivered_at)
          values (1, 'people', 'firing', now(), now(), 1, now());
          insert into stabbur.alert_silences (matchers, reason, created_at, ends_at)
          values ('{"alertname": "DiskFull", "project": "default"}', 'moving files', now(), now() + interval '1 day'),
            ('{"alertname": "DiskFull"}', 'of the appliance', now(), now() + interval '1 day');
          """);
      var key = server.project().keys().secretKey().reveal();
      var address = server.url() + "/admin/v1/alerts";

      var history = Http.get(address + "/history", "apikey", key).body();

      assertThat(history)
          .contains("DiskFull", "deliveredAt", "moving files", "\"pendingAt\"")
          // whom the appliance tells and what it silences is not the project's
          .doesNotContain("people", "of the appliance");
      assertThat(Json.write(server.bean(AlertDesk.class).history(null)))
          .contains("\"receiver\":\"people\"", "of the appliance");
      assertThat(Http.get(address + "/silences", "apikey", key).body()).contains("moving files");
      assertThat(OldAlerts.areIn(Optional.of(server.project()))).isFalse();
      // numbers go on behind the old ones
      server
          .bean(AlertHome.class)
          .store()
          .update(
              Instant.now(),
              Duration.ZERO,
              List.of(),
              open -> {
                assertThat(open).hasSize(1);
                return List.of(another());
              });
      assertThat(Http.get(address + "/history", "apikey", key).body()).contains("DiskFull", "Else");
    }
  }

  /// Each process told the outage from memory; the one that comes back later is told that it is
  /// over.
  @Test
  @Tag("nightly")
  void anOutageThatTwoProcessesSawEndsOnce() {
    try (var server = TestServer.start(JUDGED_BY_THE_TEST)) {
      var store = server.bean(AlertHome.class).store();
      var now = Instant.now();
      var alert = another();
      var told = Map.of("f2", List.of("hook"));
      store.adopt(List.of(alert), told, now);
      store.update(
          now,
          Duration.ZERO,
          List.of("hook"),
          open -> List.of(open.getFirst().resolved(now.plusSeconds(1))));

      store.adopt(List.of(alert), told, now.plusSeconds(2));

      var after = store.update(now.plusSeconds(3), Duration.ZERO, List.of("hook"), _ -> List.of());
      assertThat(after.open()).isEmpty();
      assertThat(after.alerts()).hasSize(1);
    }
  }

  @Test
  void whereTheControlDatabaseDoesNotOpenAlertsAreJudgedAndToldFromMemory() {
    var settings = new HashMap<String, Object>(JUDGED_BY_THE_TEST);
    settings.put(
        "stabbur.control.database-url",
        "postgresql://nobody:nothing@127.0.0.1:%d/none".formatted(TestServer.freePort()));
    try (var server = TestServer.start(settings)) {
      var engine = server.bean(AlertEngine.class);
      var now = Instant.now();

      engine.judge(now);
      engine.deliver(now);

      assertThat(engine.isFromMemory()).isTrue();
    }
  }

  private static Alert another() {
    var now = Instant.now();
    return new Alert(
        0,
        "f2",
        "Else",
        AlertRule.Severity.WARNING,
        Map.of("project", "default"),
        "s",
        1,
        Alert.State.FIRING,
        now,
        now,
        null,
        "here",
        now);
  }
}
