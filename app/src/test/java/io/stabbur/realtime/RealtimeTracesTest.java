package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import io.stabbur.testing.TraceCollector;
import io.stabbur.testing.TraceCollector.Span;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a collector gets of channels: what a join asks the database, and each batch of changes.
class RealtimeTracesTest {
  private static final String JOIN =
      "{\"private\":true,\"postgres_changes\":"
          + "[{\"event\":\"*\",\"schema\":\"public\",\"table\":\"heard\"}]}";

  @Test
  void aJoinAndABatchOfChangesAreTracesOfTheirOwn() throws IOException, InterruptedException {
    try (var collector = new TraceCollector();
        var server =
            TestServer.start(
                Map.of(
                    "stabbur.tracing.endpoint",
                    collector.endpoint(),
                    "stabbur.tracing.share",
                    1))) {
      RealtimeServer.execute(
          server,
          "create table public.heard (id int primary key);"
              + " alter publication supabase_realtime add table public.heard");
      var key = server.project().keys().serviceRoleKey().reveal();
      try (var client = Phoenix.connect(server, key)) {
        assertThat(client.join("realtime:of kari", JOIN).status()).isEqualTo("ok");
        RealtimeServer.execute(server, "insert into public.heard values (1)");
        client.event("postgres_changes");
      }

      var spans =
          collector.spans(
              all -> isThere(all, "realtime question") && isThere(all, "realtime changes"));

      var question = one(spans, "realtime question");
      assertThat(question.parent()).isEmpty();
      assertThat(question.attributes()).containsEntry("stabbur.project", "default");
      assertThat(spans)
          .anyMatch(span -> span.name().equals("database") && span.parent().equals(question.id()));
      assertThat(one(spans, "realtime changes").attributes()).containsEntry("stabbur.changes", "1");
      assertThat(String.join("", collector.bodies())).doesNotContain("kari", "heard");
    }
  }

  private static boolean isThere(List<Span> spans, String name) {
    return spans.stream().anyMatch(span -> span.name().equals(name));
  }

  private static Span one(List<Span> spans, String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + spans));
  }
}
