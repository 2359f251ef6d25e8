package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.DataFolders;
import io.stabbur.testing.Http;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data folder in the hands of three versions: the one before, which `-Dprevious.home=DIR` names
/// (a built clone; else this one), this one, and one with internal migrations that are yet to come.
@Tag("nightly")
class UpgradeTest {
  private static final Path HOME = TestServer.repository();
  private static final Path PREVIOUS =
      Path.of(System.getProperty("previous.home", HOME.toString())).toAbsolutePath();
  private static final String ACCOUNT =
      "{\"email\": \"kari@example.org\", \"password\": \"korrekt hest batteri\", \"email_confirm\":"
          + " true}";

  @TempDir Path scratch = Path.of("");
  private final Path data = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @AfterEach
  void delete() {
    DataFolders.delete(data);
  }

  private Launched start(Path home, List<Path> patches) throws Exception {
    return Launched.startVersion(
        patches,
        home.resolve("app/target/classes"),
        home,
        "up",
        "--port",
        Integer.toString(port),
        "--data",
        data.toString());
  }

  /// This program with one more file of the superuser and one of the owner.
  ///
  /// @param sql the text of the owner's file
  private Path next(String name, String sql) throws IOException {
    var folder = scratch.resolve(name);
    var base = folder.resolve("io/stabbur/project/base");
    Files.createDirectories(base.resolve("stabbur"));
    Files.createDirectories(base.resolve("supabase"));
    Files.writeString(
        base.resolve("supabase/0999_next.sql"), "create table extensions.next_version (a int);");
    Files.writeString(base.resolve("stabbur/0999_next.sql"), sql);
    var source = HOME.resolve("app/src/main/java/io/stabbur/project/BaseSchema.java");
    var text = Files.readString(source);
    text = listed(text, "List<String> SUPABASE", "supabase/0999_next");
    text = listed(text, "List<String> OWN", "stabbur/0999_next");
    var patched = Files.writeString(folder.resolve("BaseSchema.java"), text);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-nowarn",
                "-cp",
                HOME.resolve("app/target/classes")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                patched.toString());
    assertThat(code).isZero();
    return folder;
  }

  private static String listed(String text, String list, String file) {
    int end = text.indexOf("\");", text.indexOf(list));
    return text.substring(0, end) + "\", \"" + file + text.substring(end);
  }

  private String key() throws IOException {
    var keys = Json.parse(Files.readString(data.resolve("keys.json")));
    return Objects.requireNonNull(keys.get("service_role_key")).getStringValue();
  }

  private HttpResponse<String> send(String method, String path, String body) throws IOException {
    return Http.send(
        method,
        "http://127.0.0.1:" + port + path,
        method.equals("GET") ? null : body,
        "apikey",
        key(),
        "Authorization",
        "Bearer " + key(),
        "Content-Type",
        body.startsWith("{") ? "application/json" : "text/plain");
  }

  private void post(String path, String body) throws IOException {
    var answer = send("POST", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private void fill() throws IOException {
    post("/auth/v1/admin/users", ACCOUNT);
    post("/storage/v1/bucket", "{\"id\": \"papers\", \"name\": \"papers\"}");
    post("/storage/v1/object/papers/a.txt", "what was written");
  }

  private void requireServed() throws IOException {
    post("/auth/v1/token?grant_type=password", ACCOUNT);
    assertThat(send("GET", "/storage/v1/object/papers/a.txt", "").body())
        .isEqualTo("what was written");
    assertThat(send("GET", "/health", "").body())
        .startsWith("{\"status\":\"UP\"")
        .doesNotContain("DOWN");
  }

  private void requireRefused(Path home, List<Path> patches, String sentence) throws Exception {
    try (var refused = start(home, patches)) {
      assertThat(refused.awaitEnd()).as(refused.output()).isNotZero();
      assertThat(refused.errors()).contains(sentence);
    }
  }

  @Test
  void aMigrationThatFailsLeavesTheVersionBeforeAsItWasAndTheNextOneGoesOn() throws Exception {
    try (var _ = start(PREVIOUS, List.of()).awaitReady()) {
      fill();
      requireServed();
    }
    var failing = next("failing", "create table stabbur.next_version (a int); select 1 / 0;");
    requireRefused(
        HOME, List.of(failing), "The internal schema file stabbur/0999_next failed: division by");
    try (var _ = start(PREVIOUS, List.of()).awaitReady()) {
      requireServed();
    }
    try (var _ = start(HOME, List.of()).awaitReady()) {
      requireServed();
    }
    requireRefused(
        HOME, List.of(failing), "The internal schema file stabbur/0999_next failed: division by");
    var next = next("next", "create table stabbur.next_version (a int);");
    try (var _ = start(HOME, List.of(next)).awaitReady()) {
      requireServed();
    }
    requireRefused(HOME, List.of(), "The database was written by a newer Stabbur");
  }
}
