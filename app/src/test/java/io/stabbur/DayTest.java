package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;

/// A peer mentor's day through unmodified supabase-js; `DayWithSupabaseKtTest` is the same through
/// supabase-kt.
class DayTest {
  @Test
  void aMentorsDayThroughSupabaseJs() {
    assertThat(Node.run(TestServer.shared(), "day.mjs")).contains("the day is over");
  }
}
