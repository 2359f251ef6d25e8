package io.stabbur.realtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class BindingsTest {
  private static Bindings of(String... elements) {
    var all = new ArrayList<JsonNode>();
    for (var each : elements) {
      all.add(Json.parse(each));
    }
    return Bindings.of(all);
  }

  @Test
  void everyElementIsEchoedInItsOrderAndEqualOnesHaveOneId() {
    var one = "{\"event\":\"*\",\"schema\":\"public\",\"extra\":1.5}";
    var two = "{\"event\":\"INSERT\",\"schema\":\"public\",\"table\":\"t\",\"filter\":\"a=eq.1\"}";
    var bindings = of(one, two, one);
    var echo = Json.parse(bindings.echo());
    assertThat(bindings.all()).hasSize(2);
    assertThat(echo.size()).isEqualTo(3);
    assertThat(echo.get(0)).isEqualTo(echo.get(2));
    assertThat(bindings.all().get(0).id()).isNotEqualTo(bindings.all().get(1).id());
    assertThat(new String(bindings.echo(), StandardCharsets.UTF_8))
        .startsWith("[{\"event\":\"*\",\"schema\":\"public\",\"extra\":1.5,\"id\":");
    assertThat(bindings.all().get(1).filter()).isEqualTo("a=eq.1");
    assertThat(bindings.all().getFirst().table()).isNull();
  }

  /// "Aa" and "BB" have one hash.
  @Test
  void differentElementsHaveDifferentIdsWhateverTheirHash() {
    var bindings = of("{\"table\":\"Aa\"}", "{\"table\":\"BB\"}");
    assertThat(bindings.all().get(0).id()).isNotEqualTo(bindings.all().get(1).id());
  }
}
