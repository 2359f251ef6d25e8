package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.SupabaseCli;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Migrations and what else looks into the database, by Supabase's own command with a temporary
/// role, over TLS.
class CliDatabaseTest {
  private static final String FIRST = "20270101000000";
  private static final String SECOND = "20270102000000";

  /// The command insists on the port, so the address is another than that of other servers.
  private static final String ADDRESS =
      "127.77.%d.%d"
          .formatted(
              ThreadLocalRandom.current().nextInt(1, 250),
              ThreadLocalRandom.current().nextInt(1, 250));

  private static final ManagementServer API =
      new ManagementServer(
          AtExit.close(
              TestServer.start(
                  Map.of(
                      "stabbur.migrate",
                      false,
                      "stabbur.management.database-port",
                      5432,
                      "stabbur.management.database-address",
                      ADDRESS,
                      "stabbur.management.project-host",
                      "stabbur.test",
                      "stabbur.management.pooler-host",
                      "pool.stabbur.test"))));

  private static final SupabaseCli CLI = linked();

  private static SupabaseCli linked() {
    var cli =
        SupabaseCli.of(API.server(), API.token("pushes"), "stabbur.test", "")
            .host("db." + API.reference() + ".stabbur.test", ADDRESS);
    cli.run("link", API.reference());
    return cli;
  }

  @BeforeEach
  void beginAnew() throws IOException {
    DataFolders.delete(CLI.work().resolve("supabase/migrations"));
    sql("drop table if exists public.one, public.two");
    sql("delete from supabase_migrations.schema_migrations where version >= '2027'");
    CLI.file("migrations/" + FIRST + "_one.sql", "create table public.one (a int);");
  }

  private static void sql(String text) {
    API.server()
        .project()
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(text)));
  }

  private static String value(String query) {
    return API.server()
        .project()
        .admin()
        .exchange(
            Actor.of("postgres"),
            Access.READ,
            Statement.of(query),
            rows -> rows.next() ? String.valueOf(rows.getString(1)) : "");
  }

  private static String owner(String table) {
    return value(
        "select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('public."
            + table
            + "')");
  }

  @Test
  void migrationsAreListedPushedRepairedAndFetched() throws IOException {
    assertThat(CLI.run("migration", "list", "--remote")).contains(FIRST);
    assertThat(CLI.run("db", "push", "--remote", "--dry-run")).isNotNull();
    assertThat(owner("one")).isEmpty();

    CLI.run("db", "push", "--remote", "--yes");
    assertThat(owner("one")).isEqualTo("postgres");

    CLI.file("migrations/" + SECOND + "_two.sql", "create table public.two (a int);");
    CLI.run("migration", "up", "--remote", "--yes");
    assertThat(owner("two")).isEqualTo("postgres");

    CLI.run("migration", "repair", SECOND, "--status", "reverted", "--remote", "--yes");
    assertThat(value("select max(version) from supabase_migrations.schema_migrations"))
        .isEqualTo(FIRST);
    CLI.run("migration", "repair", SECOND, "--status", "applied", "--remote", "--yes");

    var file = CLI.work().resolve("supabase/migrations/" + SECOND + "_two.sql");
    Files.delete(file);
    CLI.run("migration", "fetch", "--remote", "--yes");
    assertThat(file).content().contains("create table public.two");
  }

  @Test
  void aMigrationWithAMistakeChangesNothing() {
    CLI.file(
        "migrations/" + SECOND + "_two.sql",
        "create table public.two (a int);\ncreate tabel public.three (a int);");

    assertThat(CLI.refusal("db", "push", "--remote", "--yes")).contains("syntax error");

    assertThat(owner("one")).as("the file before it").isEqualTo("postgres");
    assertThat(owner("two")).isEmpty();
  }

  @Test
  @Tag("nightly")
  void whereTheDatabaseHasNoNameThePoolersIsTaken() {
    var elsewhere =
        SupabaseCli.of(
                API.server(), API.token("pools"), "nowhere.test", "pooler_host: stabbur.test")
            .host("pool.stabbur.test", ADDRESS);
    elsewhere.run("link", API.reference());

    assertThat(elsewhere.run("migration", "list", "--remote")).contains("Remote");
  }

  @Test
  void aResetLeavesWhatTheApplianceKeeps() {
    CLI.run("db", "push", "--remote", "--yes");
    sql("insert into public.one values (1)");

    CLI.run("db", "reset", "--remote", "--yes");

    assertThat(value("select count(*) from public.one")).isEqualTo("0");
    assertThat(CLI.run("projects", "list")).contains(API.reference());
    assertThat(CLI.run("functions", "list")).contains("SLUG");
  }

  /// Both commands drop every schema and type they do not know, empty what they do, and bring the
  /// migrations back; with people signed in and files stored.
  @ParameterizedTest
  @Tag("nightly")
  @ValueSource(strings = {"db reset", "migration down"})
  void signInAndFilesGoOnAfterAReset(String command) {
    CLI.file("migrations/" + SECOND + "_two.sql", "create table public.two (a int);");
    CLI.run("db", "push", "--remote", "--yes");
    var file = "/storage/v1/object/" + bucket() + "/before.txt";
    assertThat(call("POST", file, "kept").statusCode()).isEqualTo(200);
    var before = signedUp();

    CLI.run((command + " --remote --yes").split(" "));

    assertThat(value("select to_regclass('public.two') is null"))
        .isEqualTo(command.equals("db reset") ? "f" : "t");
    var health = Http.get(API.server().url() + "/health");
    assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
    assertThat(call("GET", "/storage/v1/bucket", null).statusCode()).isEqualTo(200);
    var after = "/storage/v1/object/" + bucket() + "/after.txt";
    assertThat(call("POST", after, "new").statusCode()).isEqualTo(200);
    assertThat(call("GET", after, null).body()).isEqualTo("new");
    assertThat(call("DELETE", after, null).statusCode()).isEqualTo(200);
    var known = value("select count(*) from auth.users where email = '" + before + "'");
    assertThat(signIn(before).statusCode()).isEqualTo(known.equals("1") ? 200 : 400);
    var rows = value("select count(*) from storage.objects where name = 'before.txt'");
    assertThat(call("GET", file, null).statusCode()).isEqualTo(rows.equals("0") ? 400 : 200);
    assertThat(signIn(signedUp()).statusCode()).isEqualTo(200);
  }

  private static String bucket() {
    var made = call("POST", "/storage/v1/bucket", "{\"name\": \"b-" + UUID.randomUUID() + "\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    return Objects.requireNonNull(Json.parse(made.body()).get("name")).getStringValue();
  }

  private static String signedUp() {
    var email = UUID.randomUUID() + "@example.org";
    var made = call("POST", "/auth/v1/signup", credentials(email));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    return email;
  }

  private static HttpResponse<String> signIn(String email) {
    return call("POST", "/auth/v1/token?grant_type=password", credentials(email));
  }

  private static String credentials(String email) {
    return "{\"email\": \"" + email + "\", \"password\": \"korrekt hest\"}";
  }

  private static HttpResponse<String> call(String method, String path, @Nullable String body) {
    var key = API.server().project().keys().serviceRoleKey().reveal();
    return Http.send(
        method,
        API.server().url() + path,
        body,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        body != null && body.startsWith("{") ? "application/json" : "text/plain");
  }

  @Test
  @Tag("nightly")
  void theDatabaseIsInspectedAndItsSchemaExported() {
    CLI.run("db", "push", "--remote", "--yes");
    assertThat(CLI.run("inspect", "db", "table-stats", "--remote")).contains("public.one");
    CLI.run("db", "pull", "--remote", "--declarative", "--yes");
    assertThat(CLI.work().resolve("supabase/schemas")).isDirectory();
    assertThat(CLI.run("gen", "types", "--lang=go", "--remote")).contains("PublicOneSelect");
    assertThat(CLI.run("gen", "types", "--lang=python", "--remote")).contains("PublicOne");
    assertThat(CLI.run("db", "dump", "--remote", "--dry-run")).contains("pg_dump", "cli_login_");
  }

  /// The command runs these tools of its own in containers.
  @Test
  @Tag("nightly")
  void whatNeedsDockerSaysSo() {
    CLI.run("db", "push", "--remote", "--yes");
    assertThat(CLI.refusal("db", "dump", "--remote")).contains("ocker");
    assertThat(CLI.refusal("db", "diff", "--remote")).contains("ocker");
    assertThat(CLI.refusal("db", "pull", "--remote", "--yes")).contains("ocker");
  }
}
