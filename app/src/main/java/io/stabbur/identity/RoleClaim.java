package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.json.JsonPath;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a token says which database role it is for: a JSONPath query, of whose results the first
/// counts, or a path in the form PostgREST had before version 16, such as `.roles[?(@ ^==
/// "app_")]`.
final class RoleClaim {
  private static final String USUAL = "$.role";

  /// Tokens name it where everything here looks for it.
  static final RoleClaim IN_PLACE = new RoleClaim(null);

  /// Keys of letters, digits, `_`, `$` and `@`, or in quotes; indices; at the end a condition on
  /// the texts of a list.
  private static final Pattern OLD_STEP =
      Pattern.compile(
          "\\.([\\p{L}\\p{N}_$@]+)|\\.\"([^\"]*)\"|\\[([0-9]{1,9})]|\\[\\?\\(@\\s*(==\\^|==|!=|\\^==|\\*==)\\s*\"([^\"]*)\"\\)]$");

  private final @Nullable Function<JsonNode, Optional<JsonNode>> found;

  private RoleClaim(@Nullable Function<JsonNode, Optional<JsonNode>> found) {
    this.found = found;
  }

  /// @throws IllegalArgumentException where the path has neither form
  static RoleClaim of(String path) {
    if (path.equals(USUAL)) {
      return IN_PLACE;
    }
    return path.startsWith("$") ? new RoleClaim(JsonPath.parse(path)::first) : old(path);
  }

  private static RoleClaim old(String path) {
    Function<JsonNode, Optional<JsonNode>> found = Optional::of;
    var step = OLD_STEP.matcher(path);
    var at = 0;
    do {
      if (!step.region(at, path.length()).lookingAt()) {
        throw new IllegalArgumentException(
            "%s is not a path to a role, from character %d on".formatted(path, at + 1));
      }
      var before = found;
      var key = step.group(1) == null ? step.group(2) : step.group(1);
      var index = step.group(3) == null ? -1 : Integer.parseInt(step.group(3));
      var sign = step.group(4);
      var text = step.group(5);
      found =
          node ->
              before
                  .apply(node)
                  .flatMap(n -> key != null ? member(n, key) : item(n, index, sign, text));
      at = step.end();
    } while (at < path.length());
    return new RoleClaim(found);
  }

  private static Optional<JsonNode> member(JsonNode node, String key) {
    return node.isObject() ? Optional.ofNullable(node.get(key)) : Optional.empty();
  }

  private static Optional<JsonNode> item(
      JsonNode node, int index, @Nullable String sign, @Nullable String text) {
    if (!node.isArray()) {
      return Optional.empty();
    }
    if (sign == null || text == null) {
      return index < node.size() ? Optional.ofNullable(node.get(index)) : Optional.empty();
    }
    var test = test(sign);
    for (var each : node.values()) {
      if (each.isString() && test.test(each.getStringValue(), text)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static BiPredicate<String, String> test(String sign) {
    return switch (sign) {
      case "==" -> String::equals;
      case "^==" -> String::startsWith;
      case "==^" -> String::endsWith;
      case "*==" -> String::contains;
      default -> (value, text) -> !value.equals(text);
    };
  }

  /// The claims with the role where everything here looks for it; a role that stands there and is
  /// not the one found counts for nothing.
  Claims placed(Claims claims) {
    if (found == null) {
      return claims;
    }
    var all = new LinkedHashMap<String, JsonNode>();
    claims.tree().entries().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    var role = found.apply(claims.tree());
    if (role.isPresent()) {
      all.put("role", JsonNode.createStringNode(text(role.get())));
    } else {
      all.remove("role");
    }
    return Claims.of(JsonNode.createObjectNode(all));
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.getStringValue() : Json.write(node);
  }
}
