package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Coerced;
import io.stabbur.storage.StorageError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON body, each read as the type it must have ([Coerced]).
record Fields(JsonNode body) {
  String requireText(String name) {
    var node = body.get(name);
    if (node == null) {
      throw invalid("body must have required property '" + name + "'");
    }
    return string(name, node);
  }

  String text(String name, String otherwise) {
    var node = body.get(name);
    return node == null || node.isNull() ? otherwise : string(name, node);
  }

  @Nullable String textOrNull(String name) {
    var node = body.get(name);
    return node == null || node.isNull() ? null : string(name, node);
  }

  private static String string(String name, JsonNode node) {
    return Coerced.text(node).orElseThrow(() -> invalid("body/" + name + " must be string"));
  }

  boolean flag(String name) {
    return flag(name, false);
  }

  boolean flag(String name, boolean otherwise) {
    var node = body.get(name);
    if (node == null || node.isNull()) {
      return otherwise;
    }
    return Coerced.flag(node).orElseThrow(() -> invalid("body/" + name + " must be boolean"));
  }

  long number(String name, long otherwise, long least, long most) {
    var node = body.get(name);
    if (node == null || node.isNull()) {
      return otherwise;
    }
    var number =
        Coerced.number(node)
            .filter(each -> each.stripTrailingZeros().scale() <= 0)
            .orElseThrow(() -> invalid("body/" + name + " must be integer"));
    if (number.compareTo(BigDecimal.valueOf(least)) < 0) {
      throw invalid("body/" + name + " must be >= " + least);
    }
    if (number.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw invalid("body/" + name + " must be <= " + most);
    }
    return number.longValueExact();
  }

  long requireNumber(String name, long least, long most) {
    if (body.get(name) == null) {
      throw invalid("body must have required property '" + name + "'");
    }
    return number(name, least, least, most);
  }

  String oneOf(String name, Set<String> allowed, String otherwise) {
    var text = text(name, otherwise);
    if (!allowed.contains(text)) {
      throw invalid("body/" + name + " must be equal to one of the allowed values");
    }
    return text;
  }

  JsonNode object(String name) {
    var node = body.get(name);
    if (node == null || node.isNull()) {
      return JsonNode.createObjectNode(Map.of());
    }
    if (!node.isObject()) {
      throw invalid("body/" + name + " must be object");
    }
    return node;
  }

  /// A list of texts that must be there and hold at least one.
  List<String> requireTexts(String name, int most) {
    var node = body.get(name);
    if (node == null) {
      throw invalid("body must have required property '" + name + "'");
    }
    var values = Coerced.list(node).orElseThrow(() -> invalid("body/" + name + " must be array"));
    if (values.isEmpty() || values.size() > most) {
      throw invalid("body/" + name + " must hold between 1 and " + most + " items");
    }
    var texts = new ArrayList<String>();
    for (var each : values) {
      texts.add(string(name, each));
    }
    return texts;
  }

  private static ApiException invalid(String message) {
    return new ApiException(new StorageError.InvalidParameter(message));
  }
}
