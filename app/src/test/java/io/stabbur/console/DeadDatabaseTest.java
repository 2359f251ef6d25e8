package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pages while a database takes no connections: they are told in words, and none hangs.
class DeadDatabaseTest {
  @Test
  void aProjectWhoseDatabaseIsDeadIsToldInWordsOnEveryPage() {
    try (var server = TestServer.start(Map.of("stabbur.operations.alerts.every", "1h"))) {
      var owner = Browser.of(server, "owner");
      try (var _ = ClosedDatabase.now(server, "postgres")) {
        Await.until(
            "the start page sees it",
            Duration.ofSeconds(20),
            () -> owner.get("").body().contains("The database of the project default does not"));
        assertThat(owner.get("").body()).contains("Something is wrong", "Does not answer");
        for (var page : PageChecks.pages()) {
          var answer = owner.get(page);
          assertThat(answer.statusCode()).as(page).isEqualTo(200);
          PageChecks.requireSound(page, answer);
        }
      }
      Await.until(
          "it goes on", Duration.ofSeconds(20), () -> !owner.get("").body().contains("does not"));
    }
  }

  /// Each try waits for a connection as long as the pool does, ten seconds.
  @Test
  @Tag("nightly")
  void aDeadControlDatabaseIsToldInWords() {
    try (var server = TestServer.start(Map.of())) {
      var owner = Browser.of(server, "owner");
      try (var _ = ClosedDatabase.now(server, "stabbur_control")) {
        var page = owner.get("/alerts");
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("The database does not answer", "doctor");
        PageChecks.requireSound("unavailable", page);

        owner.cookies().clear();
        assertThat(owner.get("/sign-in").statusCode()).as("needs no database").isEqualTo(200);
        var form = Map.of("email", "a@example.org", "password", "x");
        var refused = owner.post("/sign-in", form);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("The database does not answer");
      }
    }
  }
}
