package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.operations.backup.Backups;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Backups made, rehearsed and failing from the page.
class BackupPageTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Copies a database three times.
  @Test
  @Tag("nightly")
  void aBackupIsMadeRehearsedAndListedAndAFailureIsTold() throws IOException {
    var place = TestServer.newFolder().resolve("<b>copies");
    try (var server =
        TestServer.start(
            Map.of("stabbur.backup.to", place.toString(), "stabbur.backup.prove-every", "0s"))) {
      var kept = server.bean(Backups.class);
      var operator = Browser.of(server, "operator");
      var first = operator.get("/backups");
      PageChecks.requireSound("backups", first);

      assertThat(operator.post("/backups/default/make", Map.of()).statusCode()).isEqualTo(303);
      Await.until(
          "it is made",
          LIMIT,
          () -> operator.get("/backups").body().contains("The backup was made at"));
      var backups = kept.list(server.project());
      assertThat(backups).isNotEmpty();
      var made = operator.get("/backups");
      PageChecks.requireSound("made", made);
      PageChecks.requirePlainWords("made", made.body());
      assertThat(made.body())
          .contains("All backups (" + backups.size() + ")", "Every moment from")
          .contains("What can be restored, by day", "<td class=\"moments\">");
      assertThat(operator.get("").body()).contains("just now");

      assertThat(operator.post("/backups/default/rehearse", Map.of()).statusCode()).isEqualTo(303);
      Await.until(
          "it is proven",
          LIMIT,
          () -> operator.get("/backups").body().contains("The rehearsal succeeded at"));
      PageChecks.requireNoForms("backups", Browser.of(server, "auditor").get("/backups").body());

      spoil(place);
      operator.post("/backups/default/rehearse", Map.of());
      Await.until(
          "it is refused",
          LIMIT,
          () -> operator.get("/backups").body().contains("The rehearsal failed at"));
      var failed = operator.get("/backups");
      PageChecks.requireSound("failed", failed);
      var told = operator.get("/backups/live?known=another");
      assertThat(told.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(told.body())
          .containsPattern("^id: [0-9a-f]{16}\ndata: [0-9a-f]{16}\nretry: 500\n\n$");
      assertThat(failed.body()).contains("For your engineer:").doesNotContain("<b>copies");
      assertThat(operator.post("/backups/nobody/make", Map.of()).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void whereNoneAreMadeThePageSaysSoAndOffersNothing() {
    var owner = Browser.of(TestServer.shared(), "owner");
    var page = owner.get("/backups");
    assertThat(page.body()).contains("No backups", "everything is lost");
    PageChecks.requireNoForms("backups", page.body());
    assertThat(owner.post("/backups/nobody/make", Map.of()).statusCode()).isEqualTo(404);
  }

  /// Cuts off the end of everything that is kept.
  private static void spoil(Path place) throws IOException {
    try (var files = Files.walk(place)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      }
    }
  }
}
