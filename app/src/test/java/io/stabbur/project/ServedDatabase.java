package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A database that is named to servers, each with the same folder and the user's migration
/// `public.one`, and what is kept in it for a day of somebody's.
///
/// @param login a superuser's
record ServedDatabase(Login login, Path data, Path migrations) {
  static final String KARI =
      "{\"email\": \"kari@example.org\", \"password\": \"korrekt hest batteri\"}";
  static final String OLA = KARI.replace("kari", "ola");
  static final String UP = "{\"status\":\"UP\"}";
  static final String ONE = "[{\"a\":1}]";
  private static final String FILE = "/storage/v1/object/papers/a.txt";

  /// Writes the migration that makes `public.one` with a row.
  static void writeMigration(Path migrations) throws IOException {
    Files.writeString(
        migrations.resolve("20260101000000_one.sql"),
        "create table public.one (a int); insert into public.one values (1);"
            + " grant select on public.one to service_role;");
  }

  Map<String, Object> settings() {
    return Map.of(
        "stabbur.data", data.toString(),
        "stabbur.migrations", migrations.toString(),
        "stabbur.storage.encrypt", "all",
        "stabbur.projects.default.database-url", login.url(),
        "stabbur.projects.default.admin-user", login.user(),
        "stabbur.projects.default.admin-password", login.password().reveal(),
        "stabbur.projects.default.api-password", login.password().reveal());
  }

  Served start() {
    return new Served(TestServer.start(settings()));
  }

  /// A server of the database, asked with the key of the service role.
  record Served(TestServer server) implements AutoCloseable {
    /// An account, a bucket and a file.
    void fill() {
      assertThat(post("/auth/v1/signup", KARI)).isEqualTo(200);
      assertThat(post("/storage/v1/bucket", "{\"id\": \"papers\", \"name\": \"papers\"}"))
          .isEqualTo(200);
      writeFile();
    }

    void writeFile() {
      assertThat(post(FILE, "what is written")).isEqualTo(200);
    }

    boolean hasFile() {
      return get(FILE).body().equals("what is written");
    }

    /// What health tells everybody; with a key it tells more.
    String health() {
      return Http.get(server.url() + "/health").body();
    }

    /// The status of a sign-in.
    int signIn(String account) {
      return post("/auth/v1/token?grant_type=password", account);
    }

    int signUp(String account) {
      return post("/auth/v1/signup", account);
    }

    HttpResponse<String> get(String path) {
      return get(path, key());
    }

    HttpResponse<String> get(String path, String key) {
      return Http.get(server.url() + path, "apikey", key);
    }

    int post(String path, String body) {
      return Http.post(
              server.url() + path,
              body,
              "apikey",
              key(),
              "Content-Type",
              body.startsWith("{") ? "application/json" : "text/plain")
          .statusCode();
    }

    private String key() {
      return server.project().keys().serviceRoleKey().reveal();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
