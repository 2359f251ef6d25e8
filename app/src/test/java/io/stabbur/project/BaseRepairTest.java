package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What others take away of the internal schema, with the real Supabase CLI among them, and the
/// next start.
class BaseRepairTest {
  @TempDir Path project;

  @Test
  void theCommandsResetLeavesOurSchemasAlone() throws IOException {
    var superuser = made();
    var objects = objects(superuser);
    Files.createDirectories(project.resolve("supabase/migrations"));
    Files.writeString(
        project.resolve("supabase/migrations/20260101000000_one.sql"),
        "create table public.one (a int);");

    Node.supabase(project, "db", "reset", remote(superuser), "--yes", "--output-format", "json");

    assertThat(value(superuser, "select count(*) from public.one")).isEqualTo("0");
    assertThat(objects(superuser)).isEqualTo(objects);
    SchemaSetup.base(superuser);
    assertThat(objects(superuser)).isEqualTo(objects);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop schema stabbur cascade; drop schema stabbur_auth cascade; drop schema"
            + " stabbur_storage cascade; drop schema stabbur_organization cascade",
        "drop owned by postgres cascade",
        "revoke usage on schema stabbur_storage from supabase_storage_admin",
      })
  void theNextStartPutsBackWhatIsMissing(String damage) {
    putBack(damage);
  }

  @Tag("nightly")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop schema stabbur cascade",
        "drop schema stabbur_storage cascade",
        "drop table stabbur_storage.byte_removals cascade",
        "drop trigger note_removed_bytes on storage.objects",
        "drop function stabbur_storage.may_look(text, text) cascade",
        "revoke all on all tables in schema stabbur_storage from supabase_storage_admin",
        "alter table stabbur_storage.bucket_rules drop column encrypt",
      })
  void theNextStartPutsBackEachPart(String damage) {
    putBack(damage);
  }

  private static void putBack(String damage) {
    var superuser = made();
    var objects = objects(superuser);
    TestPostgres.execute(
        superuser, "create table public.one as select 1 as a; alter table one owner to anon");

    TestPostgres.execute(superuser, damage);
    assertThat(objects(superuser)).isNotEqualTo(objects);
    SchemaSetup.base(superuser);

    assertThat(objects(superuser)).isEqualTo(objects);
    assertThat(value(superuser, "select count(*) from public.one")).isEqualTo("1");
    SchemaSetup.base(superuser);
    assertThat(objects(superuser)).isEqualTo(objects);
  }

  @Test
  void callsAndJobsArePutBackBesideTheirExtensions() {
    var superuser = made();
    var functions =
        "select count(*) from pg_proc where pronamespace in"
            + " (to_regnamespace('net'), to_regnamespace('cron'))";
    var before = value(superuser, functions);
    TestPostgres.execute(
        superuser,
        "create extension pg_net; create extension pg_cron;"
            + " drop schema net cascade; drop schema cron cascade; drop schema stabbur cascade");

    SchemaSetup.base(superuser);

    assertThat(value(superuser, functions)).isEqualTo(before);
  }

  @Test
  void whatNewTablesGrantStaysAsTheOperatorWantsIt() {
    var superuser = made();
    TestPostgres.execute(
        superuser,
        "alter default privileges for role postgres in schema public revoke all on tables from"
            + " anon; drop function stabbur_storage.may_look(text, text) cascade");

    SchemaSetup.base(superuser);

    TestPostgres.execute(
        superuser, "set role postgres; create table public.two (a int); reset role");
    assertThat(value(superuser, "select has_table_privilege('anon', 'public.two', 'select')"))
        .isEqualTo("f");
    assertThat(
            value(superuser, "select has_table_privilege('service_role', 'public.two', 'select')"))
        .isEqualTo("t");
  }

  @Test
  void aSchemaOfTheUserIsNotOurs() {
    var superuser = made();
    TestPostgres.execute(superuser, "create schema stabbur_demo; create table stabbur_demo.one ()");
    SchemaSetup.base(superuser);
    TestPostgres.execute(superuser, "drop schema stabbur_demo cascade");

    SchemaSetup.base(superuser);

    assertThat(value(superuser, "select to_regnamespace('stabbur_demo') is null")).isEqualTo("t");
  }

  @Test
  void aRepairAddsNoSecondReference() {
    var superuser = made();
    var references = "select string_agg(reference, ',') from stabbur.project_reference";
    var before = value(superuser, references);
    TestPostgres.execute(superuser, "drop function stabbur_storage.may_look(text, text) cascade");

    SchemaSetup.base(superuser);

    assertThat(value(superuser, references)).isEqualTo(before);
  }

  @Test
  void whatIsStillThereKeepsItsRows() {
    var superuser = made();
    TestPostgres.execute(
        superuser,
        "insert into stabbur_storage.signature_generations values ('receipts', 7);"
            + " drop schema stabbur cascade");

    SchemaSetup.base(superuser);

    assertThat(value(superuser, "select generation from stabbur_storage.signature_generations"))
        .isEqualTo("7");
  }

  @Test
  void whatCannotBePutBackIsNamedAndNothingChanges() {
    var superuser = made();
    TestPostgres.execute(
        superuser,
        "drop table stabbur_storage.byte_removals cascade;"
            + " create table stabbur_storage.byte_removals (of_somebody text)");
    var objects = objects(superuser);

    assertThatThrownBy(() -> SchemaSetup.base(superuser))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("column stabbur_storage.byte_removals.bucket_id")
        .hasMessageContaining("restore a backup");
    assertThat(objects(superuser)).isEqualTo(objects);
  }

  @Test
  void healthAndDoctorTellWhileItIsServedAndTheNextStartServesAgain() throws IOException {
    var folder = TestServer.newFolder();
    try {
      DataTemplate.BASE.copyTo(folder);
      Map<String, Object> settings =
          Map.of("stabbur.data", folder.toString(), "stabbur.migrations", project.toString());
      try (var server = TestServer.start(settings)) {
        assertThat(list(server).statusCode()).isEqualTo(200);
        server
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"),
                Access.WRITE,
                tx -> tx.update(Statement.of("drop owned by postgres cascade")));
        Await.until("health tells", () -> health(server).contains("internal schema are gone"));
        assertThat(doctor(server)).contains("parts of the internal schema are gone: ");
      }
      try (var server = TestServer.start(settings)) {
        assertThat(list(server).statusCode()).isEqualTo(200);
        assertThat(health(server)).isEqualTo("{\"status\":\"UP\"}");
        assertThat(doctor(server)).contains("the internal schema is whole");
      }
    } finally {
      DataFolders.delete(folder);
    }
  }

  private static String health(TestServer server) {
    return Http.get(server.url() + "/health").body();
  }

  private static HttpResponse<String> list(TestServer server) {
    return get(server, "/storage/v1/bucket");
  }

  private static String doctor(TestServer server) {
    return get(server, "/admin/v1/doctor").body();
  }

  private static HttpResponse<String> get(TestServer server, String path) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.get(server.url() + path, "apikey", key);
  }

  private static Login made() {
    return SchemaSetup.newBase();
  }

  private static String remote(Login superuser) {
    var login = TestPostgres.as("postgres", superuser);
    return "--db-url="
        + login
            .url()
            .replace(
                "jdbc:postgresql://",
                "postgresql://postgres:" + login.password().reveal().replace(" ", "%20") + "@")
        + "?sslmode=disable";
  }

  private static String objects(Login superuser) {
    return String.valueOf(
        value(
            superuser,
            "select string_agg(identity, E'\\n' order by identity) from ("
                + SqlFile.of(BaseSchema.class, "base/objects")
                + ") as present"));
  }

  private static @Nullable String value(Login login, String sql) {
    return TestPostgres.value(login, sql);
  }
}
