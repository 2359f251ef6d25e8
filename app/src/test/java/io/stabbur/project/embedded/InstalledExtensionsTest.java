package io.stabbur.project.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.project.ProjectDesk;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectIdentity;
import io.stabbur.project.Projects;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Where the database has the real extension, it is used and ours steps aside. Needs Debian's
/// `postgresql-N-cron` and `postgresql-N-postgis-3`.
@Tag("nightly")
class InstalledExtensionsTest {
  private static final Path BIN = InstalledPostgres.tools();

  private static final String MIGRATION =
      """
      create extension if not exists pg_cron;
      create extension if not exists pg_net;
      create extension if not exists postgis with schema extensions;
      create table public.ticks (at timestamptz not null default now(), who text not null default current_user);
      select cron.schedule('ticks', '* * * * *', 'insert into public.ticks default values');
      create table public.places (id int primary key, name text, at extensions.geometry(point, 4326));
      create index places_at on public.places using gist (at);
      insert into public.places values
        (1, 'Oslo', extensions.st_point(10.75, 59.91, 4326)),
        (2, 'Drammen', extensions.st_point(10.2, 59.74, 4326)),
        (3, 'Bergen', extensions.st_point(5.32, 60.39, 4326));
      grant select on public.places to anon;
      create function public.near(lon float, lat float, metres float) returns setof public.places
      language sql stable set search_path = '' as $$
        select * from public.places
        where extensions.st_dwithin(
          at::extensions.geography, extensions.st_point(lon, lat, 4326)::extensions.geography, metres)
        order by id
      $$;
      """;

  private static void requireInstalled(String control) {
    var share =
        Path.of(
            "/usr/share/postgresql/"
                + Objects.requireNonNull(BIN.getParent()).getFileName()
                + "/extension");
    Assumptions.assumeTrue(
        Files.exists(share.resolve(control + ".control")), control + " is not installed");
  }

  private static String value(TestServer server, String sql) {
    return value(server.project(), sql);
  }

  private static String value(Project project, String sql) {
    return project
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.first(Statement.of(sql), row -> String.valueOf(row.getString(1))).orElse(""));
  }

  private static String read(TestServer server, String path, String accept) {
    var answer =
        Http.get(
            server.url() + "/rest/v1/" + path,
            "apikey",
            server.project().keys().publishableKey().reveal(),
            "Accept",
            accept);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void cronAndPostgisOfTheSystemAreUsedAndOursStepAside() throws IOException {
    requireInstalled("pg_cron");
    requireInstalled("postgis");
    var migrations = Files.createDirectories(TestServer.newFolder().resolve("migrations"));
    Files.writeString(migrations.resolve("20270101000000_places.sql"), MIGRATION);
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.data",
                TestServer.newFolder().toString(),
                "stabbur.postgres.binaries",
                "auto",
                "stabbur.migrations",
                migrations.toString(),
                "stabbur.rest.extra-search-path",
                "public, extensions"))) {
      assertThat(value(server, "select extversion from pg_extension where extname = 'pg_cron'"))
          .matches("[0-9.-]+");
      assertThat(value(server, "select extversion from pg_extension where extname = 'pg_net'"))
          .startsWith("stabbur");
      assertThat(value(server, "select to_regprocedure('stabbur.claim_cron_jobs(interval)')"))
          .as("ours")
          .isEqualTo("null");

      assertThat(read(server, "places?select=name,at&id=eq.1", "application/json"))
          .contains("\"type\":\"Point\"", "10.75");
      assertThat(read(server, "rpc/near?lon=10.75&lat=59.91&metres=50000&select=name", "*/*"))
          .contains("Oslo", "Drammen")
          .doesNotContain("Bergen");
      var collection = read(server, "places?select=name,at&order=id", "application/geo+json");
      assertThat(Objects.requireNonNull(Json.parse(collection).get("type")).getStringValue())
          .isEqualTo("FeatureCollection");

      Await.until(
          "pg_cron has run the job",
          Duration.ofMinutes(4),
          () -> value(server, "select count(*) > 0 from public.ticks").equals("t"));
      assertThat(value(server, "select cron.unschedule('ticks')")).isEqualTo("t");
      Await.until(
          "its runs are written down",
          () ->
              value(server, "select bool_and(status = 'succeeded') from cron.job_run_details")
                  .equals("t"));
      assertThat(
              value(
                  server,
                  "select count(*) = (select count(*) from cron.job_run_details) from"
                      + " public.ticks"))
          .as("each run once")
          .isEqualTo("t");
      assertThat(value(server, "select string_agg(distinct who, ',') from public.ticks"))
          .as("as its owner")
          .isEqualTo("postgres");
      assertThat(value(server, "select count(*) from cron.job")).isEqualTo("0");
    }
  }

  @Test
  void jobsOfACopySleepUntilTheyAreConfirmed() {
    requireInstalled("pg_cron");
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.data",
                TestServer.newFolder().toString(),
                "stabbur.postgres.binaries",
                "auto",
                "stabbur.backup.to",
                TestServer.newFolder().toString(),
                "stabbur.backup.prove-every",
                "0s"))) {
      for (var name : new String[] {"on", "off"}) {
        var _ =
            value(server, "select cron.schedule('%s', '* * * * *', 'select 1')".formatted(name));
      }
      var off = "select cron.alter_job(jobid, active := false) from cron.job where jobname = 'off'";
      var _ = value(server, off);
      var backups = server.bean(Backups.class);
      var backup = backups.make(server.project()).id();
      assertThat(backups.prove(server.project()).backup().id()).isEqualTo(backup);
      var _ =
          server
              .bean(ProjectDesk.class)
              .addFilled(
                  "kopi",
                  Map.of("hosts", "kopi.example.org"),
                  folder -> {
                    var _ = backups.copy(server.project(), backup, "kopi", folder);
                  });
      var copy = server.bean(Projects.class).awake("kopi").orElseThrow();
      var active = "select string_agg(jobname, ',') from cron.job where active";
      assertThat(value(copy, active)).isEqualTo("null");
      assertThat(value(server, active)).isEqualTo("on");
      assertThat(ProjectIdentity.asleep(copy).work()).isEqualTo(1);
      confirm(server, copy, "kopi.example.org");
      assertThat(value(copy, active)).isEqualTo("on");
      assertThat(ProjectIdentity.asleep(copy).work()).isZero();
    }
  }

  private static void confirm(TestServer server, Project project, String host) {
    var key = project.keys().serviceRoleKey().reveal();
    var confirmed =
        Http.post(
            server.url() + "/auth/v1/admin/api-keys/confirm",
            "{\"jobs\": true}",
            "Host",
            host,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    assertThat(confirmed.statusCode()).as(confirmed.body()).isEqualTo(200);
  }

  /// Nothing but the database itself could keep the keys there.
  @Test
  void theVaultOfADedicatedDatabaseSaysThatItHasNoKeysAndAnotherVaultIsLeftAlone() {
    var folder = TestServer.newFolder();
    try (var postgres = InstalledPostgres.start()) {
      try (var server = dedicated(postgres, folder)) {
        assertThat(refusal(server, "select vault.create_secret('x', 'y')"))
            .contains("the vault has no key in this database");
        assertThat(value(server, "select count(*) from vault.secrets")).isEqualTo("0");
        var read = "select count(decrypted_secret) from vault.decrypted_secrets";
        assertThat(value(server, read)).isEqualTo("0");
      }
      try (var owner = Database.open(postgres.superuser())) {
        owner.transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> {
              tx.update(Statement.of("drop schema vault cascade"));
              tx.update(Statement.of("create schema vault"));
              return tx.update(
                  Statement.of(
                      "create function vault.create_secret(text) returns text language sql as"
                          + " 'select ''theirs'''"));
            });
      }
      try (var server = dedicated(postgres, folder)) {
        assertThat(value(server, "select vault.create_secret('x')")).isEqualTo("theirs");
        assertThat(value(server, "select to_regclass('vault.secrets')")).isEqualTo("null");
      }
    }
  }

  private static TestServer dedicated(InstalledPostgres postgres, Path folder) {
    return TestServer.start(
        Map.of(
            "stabbur.data",
            folder.toString(),
            "stabbur.migrate",
            false,
            "stabbur.projects.default.database-url",
            postgres.databaseUrl()));
  }

  private static String refusal(TestServer server, String sql) {
    try {
      return "answered " + value(server, sql);
    } catch (ApiException e) {
      return e.error() instanceof Failure.Database failure ? failure.message() : e.toString();
    }
  }
}
