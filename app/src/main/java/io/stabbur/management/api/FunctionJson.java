package io.stabbur.management.api;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.Functions.Activation;
import io.stabbur.functions.Functions.Described;
import io.stabbur.management.ManagementError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Functions in the names of the management API.
final class FunctionJson {
  private FunctionJson() {}

  static JsonNode one(Described function) {
    return new JsonFields()
        .put("id", function.id())
        .put("slug", function.slug())
        .put("name", function.name())
        .put("status", "ACTIVE")
        .put("version", function.version())
        .put("verify_jwt", function.verifyJwt())
        .put("import_map", function.importMap() != null)
        .put("entrypoint_path", function.entrypoint())
        .put("import_map_path", function.importMap())
        .put("ezbr_sha256", function.sha256())
        .put("created_at", function.createdAt().toEpochMilli())
        .put("updated_at", function.updatedAt().toEpochMilli())
        .json();
  }

  /// `[{"slug": …, "version": …, "verify_jwt"?: …}]`.
  static List<Activation> activations(byte[] body) {
    var all = new ArrayList<Activation>();
    var node = Json.parse(body);
    if (!node.isArray()) {
      throw rejected("The body is not a list of functions");
    }
    for (var each : node.values()) {
      var slug = each.get("slug");
      var version = each.get("version");
      if (slug == null || !slug.isString() || version == null || !version.isNumber()) {
        throw rejected("A function of the list has no slug or no version");
      }
      all.add(new Activation(slug.getStringValue(), version.getIntValue(), verifyJwt(each)));
    }
    return all;
  }

  /// Whether a token is needed, where the body says so.
  static @Nullable Boolean verifyJwt(byte[] body) {
    var node = Json.parse(body);
    if (!node.isObject()) {
      throw rejected("The body is not an object");
    }
    return verifyJwt(node);
  }

  private static @Nullable Boolean verifyJwt(JsonNode object) {
    var verify = object.get("verify_jwt");
    if (verify == null || verify.isNull()) {
      return null;
    }
    if (!verify.isBoolean()) {
      throw rejected("verify_jwt is not true or false");
    }
    return verify.getBooleanValue();
  }

  private static ApiException rejected(String reason) {
    return new ApiException(new ManagementError.Rejected(reason));
  }
}
