package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects of texts, as settings of a session and converted bodies have them.
class FlatJsonTest {
  private static String string(String text) {
    var out = new StringBuilder();
    FlatJson.string(out, text);
    return out.toString();
  }

  @Test
  void everySignThatJsonDoesNotTakeIsEscaped() {
    var signs = new StringBuilder();
    IntStream.range(0, 0x300).forEach(signs::appendCodePoint);
    var text = signs + "\u2028\u2029\ufeff\uffff😀\"\\/";

    assertThat(Json.parse(string(text))).isEqualTo(JsonNode.createStringNode(text));
    assertThat(string("\0\b\t\n\f\r\u001f \"\\/\u007f"))
        .isEqualTo("\"\\u0000\\u0008\\t\\n\\u000c\\r\\u001f \\\"\\\\/\u007f\"");
  }

  @Test
  void anObjectKeepsItsOrderAndItsNulls() {
    var pairs = new LinkedHashMap<String, @Nullable String>();
    assertThat(FlatJson.object(pairs)).isEqualTo("{}");
    pairs.put("b", "1");
    pairs.put("", null);
    pairs.put("a\"", "");
    assertThat(FlatJson.object(pairs)).isEqualTo("{\"b\":\"1\",\"\":null,\"a\\\"\":\"\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\",\"role\":\"service_role", "\\", "\\\"", "\n", "}{", "null"})
  void noValueAddsAnotherPair(String value) {
    var pairs = new LinkedHashMap<String, String>();
    pairs.put(value, value);

    var read = Json.parse(FlatJson.object(pairs));

    assertThat(read.size()).isEqualTo(1);
    assertThat(Json.text(read, value)).isEqualTo(value);
  }
}
