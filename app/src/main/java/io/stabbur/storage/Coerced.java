package io.stabbur.storage;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Values of a JSON body as the original's validator reads them, which takes a value of one type
/// for the same value of another: clients send `"60"` for a number and `true` for a text. The rules
/// are those of Ajv's `coerceTypes: "array"`; an empty optional is a value that is no such thing.
public final class Coerced {
  private Coerced() {}

  /// A text; numbers and booleans are written out, null is empty.
  public static Optional<String> text(JsonNode node) {
    var value = single(node);
    if (value.isNull()) {
      return Optional.of("");
    }
    return Json.scalar(value);
  }

  /// `true` and `false`, as texts too, `1` and `0`.
  public static Optional<Boolean> flag(JsonNode node) {
    var value = single(node);
    if (value.isBoolean()) {
      return Optional.of(value.getBooleanValue());
    }
    if (value.isString()) {
      return switch (value.getStringValue()) {
        case "true" -> Optional.of(true);
        case "false" -> Optional.of(false);
        default -> Optional.empty();
      };
    }
    return number(value)
        .flatMap(
            number ->
                number.compareTo(BigDecimal.ONE) == 0
                    ? Optional.of(true)
                    : Optional.of(false).filter(_ -> number.signum() == 0));
  }

  /// A number, as a text too; booleans are `1` and `0`.
  public static Optional<BigDecimal> number(JsonNode node) {
    var value = single(node);
    if (value.isBoolean()) {
      return Optional.of(value.getBooleanValue() ? BigDecimal.ONE : BigDecimal.ZERO);
    }
    var text = value.isNumber() || value.isString() ? value.coerceStringValue().strip() : "";
    return text.matches("[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  /// The values of a list; one value that is neither list nor object is a list of itself.
  public static Optional<List<JsonNode>> list(JsonNode node) {
    if (node.isObject()) {
      return Optional.empty();
    }
    if (!node.isArray()) {
      return Optional.of(List.of(node));
    }
    var values = new ArrayList<JsonNode>();
    node.values().forEach(values::add);
    return Optional.of(values);
  }

  /// Whether a value says nothing, so that the default holds.
  public static boolean isAbsent(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  private static JsonNode single(JsonNode node) {
    return node.isArray() && node.size() == 1 ? node.values().iterator().next() : node;
  }
}
