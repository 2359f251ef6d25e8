package io.stabbur.storage.retention;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.StorageError;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the rules a client sends; what they do not name is not asked.
final class RulesRequest {
  static final int MOST_DAYS = 36_500;
  private static final Set<String> NAMES =
      Set.of("check_types", "delete_after_days", "legal_hold", "encrypt", "plain_refusals");

  private RulesRequest() {}

  static BucketRules read(JsonNode body) {
    for (var entry : body.entries()) {
      if (!NAMES.contains(entry.getKey())) {
        throw invalid("body must NOT have the property " + entry.getKey());
      }
    }
    return new BucketRules(
        flag(body, "check_types"),
        days(body.get("delete_after_days")),
        flag(body, "legal_hold"),
        encryption(body.get("encrypt")),
        flag(body, "plain_refusals"));
  }

  private static @Nullable Encryption encryption(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return Optional.of(node)
        .filter(JsonNode::isString)
        .flatMap(word -> Encryption.parse(word.getStringValue()))
        .orElseThrow(() -> invalid("body/encrypt must be off, project or folder"));
  }

  private static boolean flag(JsonNode body, String name) {
    var node = body.get(name);
    if (node == null || node.isNull()) {
      return false;
    }
    if (!node.isBoolean()) {
      throw invalid("body/" + name + " must be boolean");
    }
    return node.getBooleanValue();
  }

  private static @Nullable Integer days(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isNumber()
        || node.getDoubleValue() != Math.rint(node.getDoubleValue())
        || node.getDoubleValue() < 1
        || node.getDoubleValue() > MOST_DAYS) {
      throw invalid("body/delete_after_days must be a whole number from 1 to " + MOST_DAYS);
    }
    return node.getIntValue();
  }

  private static ApiException invalid(String message) {
    return new ApiException(new StorageError.InvalidParameter(message));
  }
}
