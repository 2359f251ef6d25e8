package io.stabbur.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `jsonpath-cases.txt`: chapter by chapter what RFC 9535 says a query finds, and which texts it
/// does not know. The functions `length`, `count` and `value`, and patterns from the document, are
/// not supported, so there are no cases of them.
class JsonPathStandardTest {
  private static final Pattern HEXADECIMAL = Pattern.compile("\\\\x([0-9a-f]{2})");

  /// A line of the file.
  ///
  /// @param wanted none where the query is refused
  record Case(String query, String document, List<String> wanted) {
    @Override
    public String toString() {
      return query + " of " + document;
    }
  }

  static Stream<Case> found() throws IOException {
    return cases().filter(each -> !each.wanted.isEmpty());
  }

  static Stream<Case> refused() throws IOException {
    return cases().filter(each -> each.wanted.isEmpty());
  }

  @ParameterizedTest
  @MethodSource
  void found(Case given) {
    var found = JsonPath.parse(given.query).all(Json.parse(given.document)).toList();

    assertThat(found.stream().map(JsonPathStandardTest::comparable).toList())
        .isEqualTo(comparable(Json.parse(given.wanted.getFirst())));
  }

  @ParameterizedTest
  @MethodSource
  void refused(Case given) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonPath.parse(given.query))
        .withMessageContaining("is not a JSONPath query, from character");
  }

  private static Stream<Case> cases() throws IOException {
    try (var in =
        Objects.requireNonNull(
            JsonPathStandardTest.class.getResourceAsStream("jsonpath-cases.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(JsonPathStandardTest::read);
    }
  }

  /// The bars stand alone between spaces; a query itself has only double ones.
  private static Case read(String line) {
    var parts = line.split(" +\\| +", -1);
    assertThat(parts).as(line).hasSizeBetween(2, 3);
    var query =
        HEXADECIMAL
            .matcher(parts[0])
            .replaceAll(hex -> String.valueOf((char) Integer.parseInt(hex.group(1), 16)));
    return new Case(query, parts[1], parts.length == 3 ? List.of(parts[2].strip()) : List.of());
  }

  /// Numbers of the same value are equal, and so are objects whose members stand in another order.
  private static Object comparable(JsonNode node) {
    if (node.isObject()) {
      var members = new TreeMap<String, Object>();
      node.entries().forEach(each -> members.put(each.getKey(), comparable(each.getValue())));
      return members;
    }
    if (node.isArray()) {
      var elements = new ArrayList<Object>();
      node.values().forEach(each -> elements.add(comparable(each)));
      return elements;
    }
    return node.isNumber()
        ? new BigDecimal(node.getNumberValue().toString()).stripTrailingZeros()
        : Json.write(node);
  }
}
