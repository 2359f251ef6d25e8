package io.stabbur.attack;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What exists and can be named in a request: rows, files, uploads, accounts, codes. Attackers are
/// taken to know every identifier; what they must not get to know is what lies behind it. The order
/// is the one in which things were made, so that a seed means the same in each run.
final class Things {
  static final String USER = "user";
  static final String FILE = "file";
  static final String MULTIPART = "multipart upload";
  static final String RESUMABLE = "resumable upload";
  static final String JOB = "job";
  static final String FACTOR = "factor";
  static final String IDENTITY = "identity";
  static final String SESSION = "session";
  static final String PROGRAM = "application token";
  static final String CODE = "acceptance code";

  /// A row of the data API has its columns as values, everything else what its table has.
  ///
  /// @param organization the slug of the one it belongs to, or an empty text
  record Thing(String organization, Map<String, String> values) {
    String value(String name) {
      return values.getOrDefault(name, "");
    }
  }

  private static final int MOST_OF_ONE = 60;
  private final Map<String, List<Thing>> byKind = new LinkedHashMap<>();

  List<Thing> of(String kind) {
    return byKind.getOrDefault(kind, List.of());
  }

  void add(String kind, Thing thing) {
    byKind.computeIfAbsent(kind, _ -> new ArrayList<>()).add(thing);
  }

  /// Adds what a query finds: in its first column the organisation's id or an empty text, in its
  /// second the values as JSON.
  void read(String kind, Map<String, String> slugs, Superuser database, String sql) {
    var counts = new LinkedHashMap<String, Integer>();
    for (var row : database.rows(sql)) {
      var slug = slugs.getOrDefault(row.getFirst(), "");
      if (counts.merge(slug, 1, Integer::sum) <= MOST_OF_ONE) {
        add(kind, new Thing(slug, values(Json.parse(row.get(1)))));
      }
    }
  }

  private static Map<String, String> values(JsonNode object) {
    var values = new LinkedHashMap<String, String>();
    object
        .entries()
        .forEach(
            each -> {
              var value = each.getValue();
              values.put(
                  each.getKey(),
                  value.isNull()
                      ? ""
                      : value.isString() ? value.getStringValue() : Json.write(value));
            });
    return values;
  }
}
