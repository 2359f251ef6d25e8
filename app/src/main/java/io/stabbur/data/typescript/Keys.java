package io.stabbur.data.typescript;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.regex.Pattern;

/// Names as TypeScript writes them.
final class Keys {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

  private Keys() {}

  /// A name of a property, in quotes where it needs them.
  static String of(String name) {
    return IDENTIFIER.matcher(name).matches() ? name : quoted(name);
  }

  static String quoted(String text) {
    return Json.write(JsonNode.createStringNode(text));
  }
}
