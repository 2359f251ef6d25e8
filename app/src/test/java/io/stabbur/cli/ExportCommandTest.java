package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.moving.HostedHouse;
import io.stabbur.platform.db.Login;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.Console;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `export` as an operator gives it: from a project that Stabbur serves into an empty one in hosted
/// shape, whose Storage API another Stabbur serves.
class ExportCommandTest {
  /// Two servers start, which takes seconds.
  @Test
  void aProjectMovesOutWithItsPeopleAndFiles() throws IOException {
    var house = HostedHouse.shared();
    var here = house.another();
    var there = house.empty();
    try (var own = serving(house, here);
        var other = serving(house, there)) {
      var commands = CommandServer.of(own);
      var key =
          Files.writeString(
              TestServer.newFolder().resolve("key"),
              other.project().keys().serviceRoleKey().reveal());
      upload(own, "objects/plain", "large enough");
      // where the real pg_cron is installed, it alone makes jobs
      boolean hasJobs =
          "t".equals(TestPostgres.value(here, "select to_regnamespace('cron') is not null"));
      if (hasJobs) {
        TestPostgres.execute(here, "select cron.schedule('nightly', '0 3 * * *', 'select 1')");
      }

      var lacking = export(commands, there, other, key);

      assertThat(lacking.code()).isEqualTo(1);
      assertThat(lacking.output())
          .contains(
              "public.notes: 2000 rows, checksum ",
              "avatars/empty: its bytes are not in the source");
      assertThat(lacking.errors()).contains("2 files could not be moved; run the command again");

      TestPostgres.execute(
          here, "update storage.buckets set file_size_limit = null, allowed_mime_types = null");
      upload(own, "avatars/empty", "no longer");
      upload(own, "avatars/a%20folder/it's%20(1)+2.txt", "avatar");
      var rest = export(commands, there, other, key);

      assertThat(rest.code()).as(rest.errors()).isZero();
      assertThat(rest.output()).contains("bucket avatars: 2 of 2 files, 15 bytes");
      assertThat(export(commands, there, other, key).output())
          .startsWith("Everything was moved before; nothing was done.\n");
      assertThat(Http.get(other.url() + "/storage/v1/object/public/avatars/empty").body())
          .isEqualTo("no longer");
      assertThat(signIn(other)).isEqualTo(200);
      assertThat(
              TestPostgres.value(
                  there,
                  "select count(*) from pg_policies where schemaname in ('public', 'storage')"))
          .isEqualTo("4");
      if (hasJobs) {
        assertThat(lacking.output())
            .contains("cron job nightly, paused", "Start the cron jobs once");
        assertThat(
                TestPostgres.value(
                    there,
                    "select string_agg(format('%s %s %s', jobname, schedule, active), ',') from cron.job"))
            .isEqualTo("nightly 0 3 * * * f");
      }
      // what is Stabbur's own stays at home
      assertThat(TestPostgres.value(there, "select source from stabbur_moving.moves"))
          .endsWith("/" + here.url().replaceFirst(".*/", ""));
    }
  }

  private static Console.Ended export(
      CommandServer commands, Login there, TestServer other, Path key) {
    return commands.commandWithInput(
        DatabaseUrl.of(there) + "\n",
        "export",
        "--to",
        "-",
        "--storage-url",
        other.url(),
        "--service-key-file",
        key.toString());
  }

  private static TestServer serving(HostedHouse house, Login database) {
    var api = TestPostgres.as("authenticator", house.superuser(database));
    return TestServer.start(
        Map.of(
            "stabbur.migrate",
            false,
            "stabbur.projects.default.database-url",
            "postgresql://" + database.url().replaceFirst("^jdbc:postgresql://", ""),
            "stabbur.projects.default.admin-password",
            database.password().reveal(),
            "stabbur.projects.default.api-password",
            api.password().reveal(),
            "stabbur.projects.default.master-key",
            "the same in every start of this test"));
  }

  private static void upload(TestServer server, String path, String content) {
    var key = server.project().keys().serviceRoleKey().reveal();
    var answer =
        Http.post(
            server.url() + "/storage/v1/object/" + path,
            content,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "text/plain",
            "x-upsert",
            "true");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static int signIn(TestServer server) {
    return Http.post(
            server.url() + "/auth/v1/token?grant_type=password",
            "{\"email\": \"person1@example.com\", \"password\": \"%s\"}"
                .formatted(HostedHouse.PASSWORD),
            "apikey",
            server.project().keys().anonKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }
}
