package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The end of a server as its clients see it.
class RestartTest {
  private static final String PRIVATE = "{\"private\":true,\"broadcast\":{\"ack\":true}}";

  @Test
  void aServerThatStopsTellsItsClientsToComeBack() {
    var server = RealtimeServer.start(Map.of("max-joins", 1, "sign-out", "key"));
    try (var client = Phoenix.connect(server)) {
      assertThat(client.join("realtime:a", "{}").status()).isEqualTo("ok");
      aSignedOutChannelGoesOnWithTheRightsOfTheKey(server);
      tooManyJoinsEndTheSocket(server);
      server.close();
      assertThat(client.event("system").payload().get("message").getStringValue())
          .isEqualTo("Server requested disconnect");
      assertThat(client.closeCode()).isEqualTo(1012);
    }
  }

  /// R15
  private static void aSignedOutChannelGoesOnWithTheRightsOfTheKey(TestServer server) {
    var token = Tokens.of(server.project(), "authenticated", UUID.randomUUID().toString());
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:open", "{\"broadcast\":{\"ack\":true}}", token);
      client.join("realtime:both-mine", PRIVATE, token);
      client.push("1", "realtime:open", "access_token", "{\"access_token\":null}");
      client.push("2", "realtime:both-mine", "access_token", "{\"access_token\":\"sb_x\"}");
      assertThat(client.event("phx_close").topic()).isEqualTo("realtime:both-mine");
      var ref =
          client.push(
              "1",
              "realtime:open",
              "broadcast",
              "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{}}");
      assertThat(client.reply(ref).status()).isEqualTo("ok");
    }
  }

  private static void tooManyJoinsEndTheSocket(TestServer server) {
    try (var client = Phoenix.connect(server)) {
      for (int i = 0; i < 80; i++) {
        client.push(null, "realtime:j", "phx_join", "{\"config\":{}}");
      }
      var refused =
          client.next(each -> each.event().equals("phx_reply") && each.status().equals("error"));
      assertThat(refused.reason())
          .isEqualTo("ClientJoinRateLimitReached: Too many joins per second");
      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }
}
