package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.Node;
import org.junit.jupiter.api.Test;

/// Unmodified supabase-js through everything its query builder can ask of the data API.
class SupabaseJsTest {
  @Test
  void supabaseJsAsksForEverythingItCan() {
    DataServer.withPlans(
        () -> {
          var shown = Node.run(DataServer.shared(), "data.mjs");

          assertThat(Json.parse(shown.strip()).size()).isEqualTo(10);
        });
  }
}
