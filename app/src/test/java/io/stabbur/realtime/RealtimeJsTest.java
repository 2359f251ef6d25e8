package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;

/// Realtime through unmodified supabase-js.
class RealtimeJsTest {
  @Test
  void channelsBroadcastAndPresenceWorkInBothVersions() {
    assertThat(Node.run(TestServer.shared(), "realtime.mjs")).contains("realtime ok");
  }
}
