package io.stabbur.operations.alert;

import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.testing.Await;
import io.stabbur.testing.SmallVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Rules about the appliance: its disk, its background work, its streams, and alerts themselves.
final class ApplianceFirings {
  static List<Firing> all(SmallVolume volume, HttpsPeer https, Path migrations) {
    return List.of(
        Firing.quick(
            "DiskFull",
            "the data folder is on a file system in memory, made so small that nine tenths are used",
            stage -> fullDisk(stage, volume)),
        Firing.slow(
            "DiskFullSoon",
            "a file grows on that file system, two megabytes in ten minutes",
            stage -> fillingDisk(stage, volume)),
        Firing.quick(
            "KeyExpires",
            "the key file has an `anon` key that ends in two days",
            ApplianceFirings::ageingKey),
        Firing.quick(
            "CertificateExpires",
            "the public address shows a certificate that ends in five days",
            stage -> ageingCertificate(stage, https)),
        Firing.quick(
            "MigrationPending",
            "a file is added to the folder of migrations",
            stage -> newMigration(stage, migrations)),
        Firing.quick(
            "MigrationChanged",
            "a migration is edited after it ran",
            stage -> editedMigration(stage, migrations)),
        Firing.slow(
            "ChoreFailing",
            "the table that background work reads is renamed",
            ApplianceFirings::failingChore),
        Firing.quick(
            "AlertDeliveryFailing",
            "the receiver of alerts answers 500",
            ApplianceFirings::failingDelivery),
        Firing.slow(
            "RealtimeBehind",
            "the process that sends the stream of changes is stopped while 120 MB are written",
            ApplianceFirings::stoppedStream));
  }

  private ApplianceFirings() {}

  private static void fullDisk(Stage stage, SmallVolume volume) {
    int used = volume.used();
    volume.resize(used * 10 / 9);
    stage.fires("DiskFull", "\"volume\":\"data\"", "\"severity\":\"warning\"");
    volume.fill("filler", used * 10 / 9 - volume.used() - 2);
    stage.fires("DiskFull", "\"volume\":\"data\"", "\"severity\":\"critical\"");
    volume.fill("filler", 0);
    volume.resize(FiredAlertsTest.VOLUME);
    stage.ends("DiskFull", "\"volume\":\"data\"");
  }

  private static void fillingDisk(Stage stage, SmallVolume volume) {
    volume.resize(volume.used() + 200);
    IntStream.range(0, 9)
        .forEach(
            i -> {
              volume.fill("grows" + i, 2);
              stage.pass(Duration.ofMinutes(10));
            });
    stage.fires("DiskFullSoon", "\"volume\":\"data\"");
    IntStream.range(0, 9).forEach(i -> volume.fill("grows" + i, 0));
    volume.resize(FiredAlertsTest.VOLUME);
    stage.ends("DiskFullSoon", "\"volume\":\"data\"");
  }

  private static void ageingKey(Stage stage) {
    stage.fires("KeyExpires", "\"key\":\"anon\"", "\"severity\":\"critical\"");
    if (ApiKeyStore.of(stage.server().project()).rotate(ApiKey.Kind.ANON).isEmpty()) {
      throw new AssertionError("the key was not rotated");
    }
    stage.ends("KeyExpires", "\"key\":\"anon\"");
  }

  private static void ageingCertificate(Stage stage, HttpsPeer https) throws Exception {
    stage.fires("CertificateExpires", "\"endpoint\":\"public-url\"");
    https.renew(90);
    stage.ends("CertificateExpires", "\"endpoint\":\"public-url\"");
  }

  private static void newMigration(Stage stage, Path migrations) throws IOException {
    var file = migrations.resolve("29990101000000_later.sql");
    Files.writeString(file, "create table public.later (id int);");
    stage.fires("MigrationPending");
    Files.delete(file);
    stage.ends("MigrationPending");
  }

  private static void editedMigration(Stage stage, Path migrations) throws IOException {
    Path file;
    try (var files = Files.list(migrations)) {
      file =
          files.filter(each -> each.toString().endsWith(".sql")).sorted().findFirst().orElseThrow();
    }
    var text = Files.readString(file);
    Files.writeString(file, text + "\ncreate table public.added_later (id int);\n");
    stage.fires("MigrationChanged");
    Files.writeString(file, text);
    stage.ends("MigrationChanged");
  }

  private static void failingChore(Stage stage) {
    stage.sql("alter table stabbur.api_keys rename to api_keys_away");
    IntStream.range(0, 7)
        .forEach(
            _ -> {
              stage.sql("notify stabbur_api_keys");
              pause();
            });
    stage.fires("ChoreFailing", "\"chore\":\"api-keys\"");
    stage.sql("alter table stabbur.api_keys_away rename to api_keys", "notify stabbur_api_keys");
    stage.ends("ChoreFailing", "\"chore\":\"api-keys\"");
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void failingDelivery(Stage stage) {
    stage.sql("create table public.told (id int primary key)");
    stage.receiver().refuse(1000);
    stage.fires("AdvisorError", "\"relname\":\"told\"");
    Await.until(
        "delivery fails four times",
        () -> {
          stage.pass(Duration.ofSeconds(30));
          stage.engine().deliver(stage.now());
          return stage.isFiring("AlertDeliveryFailing", "\"receiver\":\"people\"");
        });
    stage.receiver().refuse(0);
    stage.sql("drop table public.told");
    stage.pass(Duration.ofMinutes(5));
    stage.engine().deliver(stage.now());
    stage.ends("AlertDeliveryFailing", "\"receiver\":\"people\"");
    if (stage.receiver().calls().isEmpty()) {
      throw new AssertionError("nothing was delivered in the end");
    }
  }

  private static void stoppedStream(Stage stage) throws Exception {
    var pid = new long[1];
    Await.until(
        "the stream runs",
        Duration.ofSeconds(30),
        () -> {
          pid[0] = reader(stage);
          return pid[0] > 0;
        });
    signal("-STOP", pid[0]);
    try {
      stage.sql(
          "select pg_logical_emit_message(false, 'filler', repeat('x', 4 * 1024 * 1024))"
              + " from generate_series(1, 30)");
      stage.fires("RealtimeBehind");
    } finally {
      signal("-CONT", pid[0]);
    }
    stage.ends("RealtimeBehind");
  }

  private static long reader(Stage stage) {
    try (var connection = stage.connection();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "select coalesce(max(active_pid), 0) from pg_replication_slots where slot_type ="
                        + " 'logical'")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static void signal(String signal, long pid) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
  }
}
