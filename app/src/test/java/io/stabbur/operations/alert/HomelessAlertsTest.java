package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// No project is open: there is no database for alerts, and that is what they tell.
@Tag("nightly")
class HomelessAlertsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String[] OPERATOR = {"Authorization", "Bearer a long token"};

  @Test
  void thatNothingOpensIsToldFromMemoryAndItsEndFromTheDatabase() throws Exception {
    try (var receiver = new AlertReceiver(0);
        var postgres = InstalledPostgres.start();
        var database = new FaultyProxy(postgres.port())) {
      database.become(FaultyProxy.Mode.REFUSE);
      Map<String, Object> settings =
          Map.of(
              "stabbur.projects.default.database-url",
              postgres.databaseUrl().replace(":" + postgres.port(), ":" + database.port()),
              "stabbur.operations.token",
              "a long token",
              "stabbur.operations.alerts.every",
              "1s",
              "stabbur.operations.alerts.group-wait",
              "0s",
              "stabbur.operations.alerts.rules.project-left-out.lasting",
              "0s",
              "stabbur.operations.alerts.receivers.people.kind",
              "webhook",
              "stabbur.operations.alerts.receivers.people.url",
              receiver.url());
      try (var server = TestServer.start(settings)) {
        Await.until("told", LIMIT, () -> receiver.told("ProjectLeftOut").equals(List.of("firing")));
        assertThat(Http.get(server.url() + "/alerts", OPERATOR).body())
            .contains("Project default is not served, because it does not open");
        assertThat(Http.get(server.url() + "/metrics", OPERATOR).body())
            .contains("stabbur_project_left_out{project=\"default\"} 1");

        database.become(FaultyProxy.Mode.PASS);

        Await.until(
            "its end is told",
            LIMIT,
            () -> receiver.told("ProjectLeftOut").equals(List.of("firing", "resolved")));
        assertThat(Http.get(server.url() + "/alerts/history", OPERATOR).body())
            .contains("ProjectLeftOut");
      }
    }
  }
}
