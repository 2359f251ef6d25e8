package io.stabbur.data.typescript;

import io.stabbur.data.typescript.Schema.Domain;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What types of Postgres are called in TypeScript.
final class TypeNames {
  static final String UNKNOWN = "unknown";
  static final String JSON = "Json";

  private static final Map<String, String> BUILT_IN =
      Map.ofEntries(
          Map.entry("bool", "boolean"),
          Map.entry("int2", "number"),
          Map.entry("int4", "number"),
          Map.entry("int8", "number"),
          Map.entry("float4", "number"),
          Map.entry("float8", "number"),
          Map.entry("numeric", "number"),
          Map.entry("bytea", "string"),
          Map.entry("bpchar", "string"),
          Map.entry("varchar", "string"),
          Map.entry("date", "string"),
          Map.entry("text", "string"),
          Map.entry("citext", "string"),
          Map.entry("time", "string"),
          Map.entry("timetz", "string"),
          Map.entry("timestamp", "string"),
          Map.entry("timestamptz", "string"),
          Map.entry("uuid", "string"),
          Map.entry("vector", "string"),
          Map.entry("interval", "string"),
          Map.entry("json", JSON),
          Map.entry("jsonb", JSON),
          Map.entry("void", "undefined"),
          Map.entry("record", "Record<string, unknown>"));

  private final Map<Long, Schema.Type> types;
  private final Set<String> schemas;

  TypeNames(Schema schema) {
    this.types = schema.types();
    this.schemas = Set.copyOf(schema.names());
  }

  /// The type of a column: a domain is what it is made of.
  String ofColumn(long id) {
    var type = types.get(id);
    return type != null && type.domain() == Domain.YES ? ofColumn(type.base()) : of(id);
  }

  /// The type of an argument or a result.
  String of(long id) {
    var type = types.get(id);
    if (type == null || type.domain() == Domain.YES) {
      return UNKNOWN;
    }
    if (type.element() != 0) {
      return array(of(type.element()));
    }
    if (!type.labels().isEmpty()) {
      return schemas.contains(type.schema()) ? path(type, "Enums") : union(type);
    }
    if (!type.relation().isEmpty()) {
      return row(type);
    }
    return BUILT_IN.getOrDefault(type.name(), UNKNOWN);
  }

  static String array(String element) {
    return element.matches("[A-Za-z.]+|Database(\\[\"[^\"]*+\"])++")
        ? element + "[]"
        : "(" + element + ")[]";
  }

  static String union(Schema.Type type) {
    return type.labels().stream().map(Keys::quoted).collect(Collectors.joining(" | "));
  }

  private String row(Schema.Type type) {
    if (!schemas.contains(type.schema())) {
      return UNKNOWN;
    }
    return switch (type.relation()) {
      case "c" -> path(type, "CompositeTypes");
      case "v", "m" -> path(type, "Views") + "[\"Row\"]";
      default -> path(type, "Tables") + "[\"Row\"]";
    };
  }

  private static String path(Schema.Type type, String part) {
    return "Database[%s][%s][%s]"
        .formatted(Keys.quoted(type.schema()), Keys.quoted(part), Keys.quoted(type.name()));
  }
}
