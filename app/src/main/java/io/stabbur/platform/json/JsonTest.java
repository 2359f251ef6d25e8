package io.stabbur.platform.json;

import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

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
    if (left.get().isNumber() && right.get().isNumber()) {
      return number(left.get()).compareTo(number(right.get())) == 0;
    }
    return left.get().equals(right.get());
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
        && left.get().getStringValue().compareTo(right.get().getStringValue()) < 0;
  }

  private static BigDecimal number(JsonNode node) {
    return node.getBigDecimalValue();
  }
}
