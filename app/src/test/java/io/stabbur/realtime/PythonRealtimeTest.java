package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Realtime through the unmodified Python package `realtime` 2.x: `python-realtime.py`. Needs a
/// `python3` that has it.
@Tag("nightly")
class PythonRealtimeTest {
  @TempDir private Path folder;

  @Test
  void changesFiltersChannelsTokensAndSigningOutWork() throws Exception {
    try (var server = RealtimeServer.start(Map.of())) {
      RealtimeServer.execute(server, RealtimePeopleJsTest.NOTES);

      assertThat(said(run(server, server.url()))).contains("python ok");
    }
  }

  @Test
  void clientsAreBackAfterTheServerIsRestarted() throws Exception {
    int port = TestServer.freePort();
    var url = "http://127.0.0.1:" + port;
    var settings =
        Map.<String, Object>of(
            "stabbur.data",
            TestServer.newFolder().toString(),
            "micronaut.server.port",
            port,
            "stabbur.public-url",
            url);
    var first = TestServer.start(settings);
    RealtimeServer.execute(first, RealtimePeopleJsTest.NOTES);
    var script = run(first, url, "restart", folder.toString());
    Await.until(
        "the client has joined",
        Duration.ofMinutes(1),
        () -> !script.isAlive() || Files.exists(folder.resolve("joined")));
    first.close();
    try (var _ = TestServer.start(settings)) {
      Files.createFile(folder.resolve("restarted"));

      assertThat(said(script)).contains("restart ok");
    }
  }

  private Process run(TestServer server, String... arguments) throws IOException {
    var script =
        TestServer.repository()
            .resolve("app/src/test/resources/io/stabbur/realtime/python-realtime.py");
    var command = new ArrayList<>(List.of("python3", "-u", script.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var keys = server.project().keys();
    builder.environment().put("SUPABASE_KEY", keys.publishableKey().reveal());
    builder.environment().put("SERVICE_KEY", keys.serviceRoleKey().reveal());
    return builder.redirectOutput(log().toFile()).start();
  }

  private Path log() {
    return folder.resolve("python.txt");
  }

  private String said(Process script) throws IOException, InterruptedException {
    assertThat(script.waitFor(2, TimeUnit.MINUTES)).isTrue();
    var said = Files.readString(log(), StandardCharsets.UTF_8);
    assertThat(script.exitValue()).as(said).isZero();
    return said;
  }
}
