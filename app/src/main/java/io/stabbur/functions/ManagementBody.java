package io.stabbur.functions;

import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.BodyBytes;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who manages functions, and what such a request brings.
final class ManagementBody {
  private static final int LARGEST_JSON = 8 * 1024 * 1024;

  private ManagementBody() {}

  /// The project of a caller with the service role; anybody else is refused.
  static Project requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("This needs the secret key"));
    }
    return caller.project();
  }

  /// `[{"name": …, "value": …}]`.
  static Map<String, String> namedValues(HttpRequest<?> request) {
    var values = new LinkedHashMap<String, String>();
    for (var each : array(request)) {
      values.put(text(each.get("name")), text(each.get("value")));
    }
    return values;
  }

  /// `["NAME", …]`.
  static List<String> names(HttpRequest<?> request) {
    return array(request).stream().map(ManagementBody::text).toList();
  }

  private static List<JsonNode> array(HttpRequest<?> request) {
    var node = Json.parse(BodyBytes.read(request, LARGEST_JSON));
    if (!node.isArray()) {
      throw new ApiException(new FunctionError.Rejected("The body is not a list"));
    }
    var all = new ArrayList<JsonNode>();
    node.values().forEach(all::add);
    return all;
  }

  private static String text(@org.jspecify.annotations.Nullable JsonNode node) {
    if (node == null || !node.isString()) {
      throw new ApiException(new FunctionError.Rejected("A name or value is not a text"));
    }
    return node.getStringValue();
  }
}
