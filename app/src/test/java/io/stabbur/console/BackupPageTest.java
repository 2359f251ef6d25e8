package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.operations.backup.BackupPlace;
import io.stabbur.operations.backup.Backups;
import io.stabbur.operations.backup.RestoreRun;
import io.stabbur.operations.backup.RestoreTarget;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.project.PostgresSettings;
import io.stabbur.project.StoreSettings;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Backups made, rehearsed and failing from the page.
class BackupPageTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Copies a database three times.
  @Test
  @Tag("nightly")
  void aBackupIsMadeRehearsedAndListedAndAFailureIsTold() throws Exception {
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

      requireDownload(server, backups.getLast().id());
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
    var form = Map.of("backup", "any", "code", owner.code());
    var refused = owner.post("/backups/default/download", form);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("Backups are off on this server")
        .doesNotContain("not kept any longer");
  }

  /// What was downloaded is restored with the key that is kept elsewhere.
  private static void requireDownload(TestServer server, String backup)
      throws IOException, InterruptedException {
    var form = "/backups/default/download";
    var operator = Browser.of(server, "operator");
    assertThat(operator.get("/backups").body()).doesNotContain(form);
    assertThat(operator.post(form, Map.of("backup", backup)).statusCode()).isEqualTo(403);
    var owner = Browser.of(server, "owner");
    assertThat(owner.get("/backups").body()).contains(form);
    var wrong = owner.post(form, Map.of("backup", backup, "code", "000000"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    PageChecks.requireSound("wrong", wrong);
    assertThat(wrong.body()).contains("download-code-default-wrong");
    for (var other : new String[] {"../keys", "nothing", ""}) {
      var gone = owner.post(form, Map.of("backup", other, "code", owner.code()));
      assertThat(gone.statusCode()).as(other).isEqualTo(400);
      assertThat(gone.body()).as(other).contains("That backup is not kept any longer");
    }

    var taken = owner.download(form, Map.of("backup", backup, "code", owner.code()));
    assertThat(taken.statusCode()).isEqualTo(200);
    assertThat(taken.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment; filename=\"default-");
    assertThat(taken.headers().firstValue("Cache-Control")).hasValue("no-store");
    var folder = TestServer.newFolder();
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(taken.body()))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var file = folder.resolve(entry.getName()).normalize();
        assertThat(file.startsWith(folder)).isTrue();
        Files.createDirectories(file.getParent());
        Files.copy(tar, file);
      }
    }
    var target = new RestoreTarget.Base(backup);
    var key = RepositoryKey.ofMasterKey(server.project().keys().masterKey().reveal());
    var place = new BackupPlace(new StoreSettings.Folder(folder), "default/", key);
    var copy = TestServer.newFolder().resolve("copy");
    var restored =
        new RestoreRun(
                place.leadingTo(target),
                new StoredFiles(),
                server.bean(PostgresSettings.class).programs(),
                Optional.empty())
            .into(copy, target, RestoreRun.Bytes.WRITTEN);
    assertThat(restored.backup().id()).isEqualTo(backup);
    assertThat(copy.resolve("postgres/PG_VERSION")).exists();
    assertThat(owner.get("/activity").body())
        .contains("Downloaded a backup of the project default:", backup);
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
