package io.stabbur.platform.json;

import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/// What a filter of a [JsonPath] asks of a node.
interface JsonTest {
  boolean holds(JsonNode node, JsonNode root);

  /// One side of a comparison: a literal, or the one node a query finds.
  interface Value {
    Optional<JsonNode> of(JsonNode node, JsonNode root);
  }

  /// How two values are compared.
  enum Comparison {
    EQUAL("=="),
    UNEQUAL("!="),
    AT_MOST("<="),
    AT_LEAST(">="),
    LESS("<"),
    GREATER(">");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    private boolean holds(Optional<JsonNode> left, Optional<JsonNode> right) {
      return switch (this) {
        case EQUAL -> equal(left, right);
        case UNEQUAL -> !equal(left, right);
        case AT_MOST -> less(left, right) || equal(left, right);
        case AT_LEAST -> less(right, left) || equal(left, right);
        case LESS -> less(left, right);
        case GREATER -> less(right, left);
      };
    }
  }

  static JsonTest compare(Value left, Comparison comparison, Value right) {
    return (node, root) -> comparison.holds(left.of(node, root), right.of(node, root));
  }

  /// Whether a text is, or contains, what the pattern describes.
  static JsonTest pattern(Value text, Pattern pattern, boolean whole) {
    return (node, root) ->
        text.of(node, root)
            .filter(JsonNode::isString)
            .map(found -> pattern.matcher(found.getStringValue()))
            .filter(matcher -> whole ? matcher.matches() : matcher.find())
            .isPresent();
  }

  default JsonTest and(JsonTest other) {
    return (node, root) -> holds(node, root) && other.holds(node, root);
  }

  default JsonTest or(JsonTest other) {
    return (node, root) -> holds(node, root) || other.holds(node, root);
  }

  default JsonTest not() {
    return (node, root) -> !holds(node, root);
  }

  private static boolean equal(Optional<JsonNode> left, Optional<JsonNode> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return left.isEmpty() && right.isEmpty();
    }
    return equal(left.get(), right.get());
  }

  /// Whether two values are the same; numbers are by value, wherever they stand.
  private static boolean equal(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return number(left).compareTo(number(right)) == 0;
    }
    if (left.isArray() && right.isArray()) {
      return left.size() == right.size()
          && IntStream.range(0, left.size())
              .allMatch(i -> equal(element(left, i), element(right, i)));
    }
    if (left.isObject() && right.isObject()) {
      return left.size() == right.size()
          && StreamSupport.stream(left.entries().spliterator(), false)
              .allMatch(
                  each ->
                      Optional.ofNullable(right.get(each.getKey()))
                          .filter(other -> equal(each.getValue(), other))
                          .isPresent());
    }
    return left.equals(right);
  }

  private static JsonNode element(JsonNode array, int index) {
    return Objects.requireNonNull(array.get(index));
  }

  private static boolean less(Optional<JsonNode> left, Optional<JsonNode> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return false;
    }
    if (left.get().isNumber() && right.get().isNumber()) {
      return number(left.get()).compareTo(number(right.get())) < 0;
    }
    return left.get().isString()
        && right.get().isString()
        && Arrays.compare(codePoints(left.get()), codePoints(right.get())) < 0;
  }

  /// Texts are ordered by characters; two UTF-16 units of one may be less than one unit of another.
  private static int[] codePoints(JsonNode text) {
    return text.getStringValue().codePoints().toArray();
  }

  private static BigDecimal number(JsonNode node) {
    return node.getBigDecimalValue();
  }
}
