package io.stabbur.management.api;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.Functions.SecretDigest;
import io.stabbur.management.ManagementError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Secrets in the form of the management API.
final class SecretJson {
  private SecretJson() {}

  static JsonNode one(SecretDigest secret) {
    return new JsonFields()
        .put("name", secret.name())
        .put("value", secret.digest())
        .put("updated_at", secret.updatedAt().toString())
        .json();
  }

  /// `[{"name": …, "value": …}]`.
  static Map<String, String> values(byte[] body) {
    var values = new LinkedHashMap<String, String>();
    for (var each : list(body)) {
      values.put(text(each.get("name")), text(each.get("value")));
    }
    return values;
  }

  /// `["NAME", …]`.
  static List<String> names(byte[] body) {
    return list(body).stream().map(SecretJson::text).toList();
  }

  private static List<JsonNode> list(byte[] body) {
    var node = Json.parse(body);
    if (!node.isArray()) {
      throw new ApiException(new ManagementError.Rejected("The body is not a list"));
    }
    var all = new ArrayList<JsonNode>();
    node.values().forEach(all::add);
    return all;
  }

  private static String text(@Nullable JsonNode node) {
    if (node == null || !node.isString()) {
      throw new ApiException(new ManagementError.Rejected("A name or value is not a text"));
    }
    return node.getStringValue();
  }
}
