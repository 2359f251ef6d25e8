package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Realtime for signed-in people through unmodified supabase-js.
class RealtimePeopleJsTest {
  static final String NOTES =
      """
      create table public.rt_notes (
        id bigint generated always as identity primary key, owner uuid, body text);
      alter table public.rt_notes enable row level security;
      create policy own on public.rt_notes to authenticated
        using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
      grant all on public.rt_notes to authenticated, service_role;
      alter publication supabase_realtime add table public.rt_notes;
      notify pgrst, 'reload schema';
      """;

  @Test
  void changesPrivateChannelsRestTokensAndSigningOutWork() {
    try (var server = RealtimeServer.start(Map.of())) {
      RealtimeServer.execute(server, NOTES);

      assertThat(Node.run(server, "realtime-people.mjs")).contains("people ok");
    }
  }

  @Test
  void clientsAreBackAfterTheServerIsRestarted(@TempDir Path signals) throws IOException {
    int port = TestServer.freePort();
    var url = "http://127.0.0.1:" + port;
    var settings =
        Map.<String, Object>of(
            "stabbur.data",
            DataTemplate.MIGRATED.newCopy().toString(),
            "micronaut.server.port",
            port,
            "stabbur.public-url",
            url);
    var first = TestServer.start(settings);
    RealtimeServer.execute(first, NOTES);
    var environment = Node.environment(url, first.project());
    var script =
        CompletableFuture.supplyAsync(
            () -> Node.run(environment, "realtime-people.mjs", "restart", signals.toString()));
    Await.until(
        "the client has joined",
        Duration.ofMinutes(1),
        () -> script.isDone() || Files.exists(signals.resolve("joined")));
    first.close();
    try (var _ = TestServer.start(settings)) {
      Files.createFile(signals.resolve("restarted"));

      assertThat(script.join()).contains("restart ok");
    }
  }
}
