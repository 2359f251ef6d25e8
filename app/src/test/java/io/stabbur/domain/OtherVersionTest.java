package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A peer mentor's day, the matrices of rows and files, and what newer catalogs have, on a Postgres
/// of another version than the one that Stabbur brings: the newest that the operating system
/// packages, or that of the folder `-Dpostgres.tools`, which has `postgres`, `initdb` and `pg_ctl`.
@Tag("nightly")
class OtherVersionTest {
  private static final String TOOLS = System.getProperty("postgres.tools", "");
  private static final int EIGHTEEN = 180_000;

  /// What the catalog of another version lacks is told so.
  private static final Pattern UNKNOWN =
      Pattern.compile("(?m)^.*ERROR: .*(column|function|relation|type) .* does not exist.*$");

  private static final String OF_EIGHTEEN =
      """
      alter table public.modern add constraint of_age check (age > 17) not enforced;
      alter table public.modern add column town text;
      insert into public.modern (id, given, family) values (0, 'Ola', 'Nordmann');
      alter table public.modern add constraint town_is_known not null town not valid;
      create table public.followers (
        id int primary key, follows int constraint follows_somebody references public.modern not enforced);
      grant all on public.followers to service_role;
      """;

  private static Path tools() {
    return TOOLS.isEmpty() ? InstalledPostgres.tools() : Path.of(TOOLS);
  }

  @Test
  void asAServerOfItsOwn() {
    try (var postgres = InstalledPostgres.start(tools());
        var server =
            TestServer.start(
                Map.of(
                    "stabbur.projects.default.database-url",
                    DatabaseUrl.of(postgres.superuser())))) {
      Acceptance.require(server);
      requireModernTables(server);
      assertThat(unknown(postgres.log())).isEmpty();
    }
  }

  @Test
  void asTheEngineOfTheDataFolder() throws IOException {
    var folder = TestServer.newFolder();
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.data",
                folder.toString(),
                "stabbur.postgres.binaries",
                tools().toString()))) {
      Acceptance.require(server);
      requireModernTables(server);
      assertThat(unknown(Files.readString(folder.resolve("postgres.log")))).isEmpty();
    }
  }

  private static List<String> unknown(String log) {
    return UNKNOWN.matcher(log).results().map(found -> found.group()).toList();
  }

  private static void requireModernTables(TestServer server) {
    var owner = server.project().admin().login();
    boolean isEighteen =
        Integer.parseInt(String.valueOf(TestPostgres.value(owner, "show server_version_num")))
            >= EIGHTEEN;
    TestPostgres.execute(
        owner,
        """
        create table public.modern (
          id int primary key, given text constraint given_is_known not null, family text not null,
          whole text generated always as (given || ' ' || family) %s,
          age int);
        grant all on public.modern to service_role;
        """
            .formatted(isEighteen ? "virtual" : "stored"));
    if (isEighteen) {
      TestPostgres.execute(owner, OF_EIGHTEEN);
    }
    TestPostgres.execute(owner, "notify pgrst, 'reload schema'");
    Await.until(
        "the table is served", () -> send(server, "GET", "modern?id=lt.0", "").statusCode() == 200);

    var town = isEighteen ? ", \"town\": \"Oslo\"" : "";
    var row = "{\"id\": %d, \"given\": \"Kari\", \"family\": \"Nordmann\", \"age\": 3%s}";
    assertThat(send(server, "POST", "modern", row.formatted(1, town)).body())
        .contains("\"whole\":\"Kari Nordmann\"");
    assertThat(send(server, "POST", "modern?on_conflict=id", row.formatted(1, town)).body())
        .contains("\"age\":3");
    assertThat(
            send(
                    server,
                    "POST",
                    "modern?columns=id,given,family%s".formatted(isEighteen ? ",town" : ""),
                    "[" + row.formatted(2, town) + "]")
                .statusCode())
        .isEqualTo(201);
    assertThat(
            send(server, "PATCH", "modern?whole=eq.Kari%20Nordmann&id=eq.2", "{\"given\": \"Eva\"}")
                .body())
        .contains("\"whole\":\"Eva Nordmann\"");
    assertThat(send(server, "GET", "modern?select=whole&order=whole.desc&limit=1", "").body())
        .contains(isEighteen ? "Ola Nordmann" : "Kari Nordmann");
    assertThat(send(server, "POST", "modern", "{\"id\": 3, \"family\": \"Nordmann\"}").body())
        .contains("\"23502\"");
    if (isEighteen) {
      assertThat(send(server, "POST", "modern", row.formatted(4, "")).body()).contains("\"23502\"");
      assertThat(send(server, "POST", "followers", "{\"id\": 1, \"follows\": 77}").statusCode())
          .isEqualTo(201);
      assertThat(send(server, "GET", "followers?select=id,modern(id)", "").body())
          .isEqualTo("[{\"id\":1,\"modern\":null}]");
    }
    var described = send(server, "GET", "", "").body();
    assertThat(described).contains("\"/modern\"").doesNotContain("given || ");
    for (var path : List.of("/admin/v1/findings", "/metrics")) {
      assertThat(get(server, path).statusCode()).as(path).isEqualTo(200);
    }
  }

  private static HttpResponse<String> get(TestServer server, String path) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.get(server.url() + path, "apikey", key, "Authorization", "Bearer " + key);
  }

  private static HttpResponse<String> send(
      TestServer server, String method, String path, String body) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.send(
        method,
        server.url() + "/rest/v1/" + path,
        body.isEmpty() ? null : body,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        "application/json",
        "Prefer",
        "return=representation,missing=default,resolution=merge-duplicates");
  }
}
