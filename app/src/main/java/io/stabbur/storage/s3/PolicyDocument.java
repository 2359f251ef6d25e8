package io.stabbur.storage.s3;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.Coerced;
import io.stabbur.storage.JsonShape;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The policy of a browser's form: until when the form may be sent, what its fields may hold, and
/// how large its file may be. Fields have small letters.
record PolicyDocument(JsonNode json) {
  private static final Set<String> UNCHECKED = Set.of("policy", "x-amz-signature", "file");

  /// How many bytes the file may have.
  record Sizes(long least, long most) {
    private static final Sizes ANY = new Sizes(0, Long.MAX_VALUE);

    private Sizes and(long from, long to) {
      return new Sizes(Math.max(least, from), Math.min(most, to));
    }
  }

  static PolicyDocument decode(String base64) {
    try {
      var bytes = Base64.getMimeDecoder().decode(base64);
      JsonShape.check(bytes);
      var document = Json.parse(bytes);
      if (document.isObject()) {
        return new PolicyDocument(document);
      }
    } catch (IllegalArgumentException | ApiException e) {
      // told below
    }
    throw PostPolicy.denied("The policy cannot be read");
  }

  /// Holds the fields to the policy: each is covered, each condition is met.
  Sizes check(Map<String, String> fields, Instant now) {
    requireTime(now);
    var conditions = json.get("conditions");
    if (conditions == null || !conditions.isArray()) {
      throw PostPolicy.denied("The policy has no conditions");
    }
    var covered = new HashSet<String>();
    var sizes = Sizes.ANY;
    for (var condition : conditions.values()) {
      sizes = check(condition, fields, covered, sizes);
    }
    for (var name : fields.keySet()) {
      if (!covered.contains(name) && !UNCHECKED.contains(name) && !name.startsWith("x-ignore-")) {
        throw PostPolicy.denied("Invalid according to Policy: Extra input fields: " + name);
      }
    }
    return sizes;
  }

  private void requireTime(Instant now) {
    var expiration = json.get("expiration");
    try {
      if (expiration != null
          && expiration.isString()
          && now.isBefore(Instant.parse(expiration.getStringValue()))) {
        return;
      }
    } catch (DateTimeException e) {
      // told below
    }
    throw PostPolicy.denied("Invalid according to Policy: Policy expired.");
  }

  private static Sizes check(
      JsonNode condition, Map<String, String> fields, Set<String> covered, Sizes sizes) {
    if (condition.isObject()) {
      for (var each : condition.entries()) {
        equal(each.getKey(), text(each.getValue()), fields, covered);
      }
      return sizes;
    }
    if (!condition.isArray() || condition.size() != 3) {
      throw unreadable();
    }
    var values = new String[3];
    int at = 0;
    for (var each : condition.values()) {
      values[at++] = text(each);
    }
    switch (values[0].toLowerCase(Locale.ROOT)) {
      case "eq" -> equal(field(values[1]), values[2], fields, covered);
      case "starts-with" -> startsWith(field(values[1]), values[2], fields, covered);
      case "content-length-range" -> {
        return sizes.and(number(values[1]), number(values[2]));
      }
      default -> throw unreadable();
    }
    return sizes;
  }

  private static String text(JsonNode value) {
    return Coerced.text(value).orElseThrow(PolicyDocument::unreadable);
  }

  private static ApiException unreadable() {
    return PostPolicy.denied("The policy has a condition that cannot be read");
  }

  private static String field(String name) {
    return (name.startsWith("$") ? name.substring(1) : name).toLowerCase(Locale.ROOT);
  }

  private static long number(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw PostPolicy.denied("The policy has a size that cannot be read");
    }
    return Long.parseLong(text);
  }

  private static void equal(
      String name, String value, Map<String, String> fields, Set<String> covered) {
    var field = name.toLowerCase(Locale.ROOT);
    if (!value.equals(fields.get(field))) {
      throw PostPolicy.denied("Invalid according to Policy: Policy Condition failed: eq " + field);
    }
    covered.add(field);
  }

  private static void startsWith(
      String field, String value, Map<String, String> fields, Set<String> covered) {
    if (field.equals("bucket")) {
      throw PostPolicy.denied("Invalid according to Policy: bucket supports exact matching only");
    }
    if (!fields.getOrDefault(field, "").startsWith(value)) {
      throw PostPolicy.denied(
          "Invalid according to Policy: Policy Condition failed: starts-with " + field);
    }
    covered.add(field);
  }
}
