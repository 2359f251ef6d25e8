package io.stabbur.data.reply;

import org.jspecify.annotations.Nullable;

/// What a type of Postgres is called in a description.
final class SwaggerType {
  private SwaggerType() {}

  /// The kind of JSON value; none for those that may be anything.
  static @Nullable String kind(String type) {
    return switch (type) {
      case "character varying", "character", "text" -> "string";
      case "boolean" -> "boolean";
      case "smallint", "integer", "bigint" -> "integer";
      case "numeric", "real", "double precision" -> "number";
      case "json", "jsonb" -> null;
      default -> type.endsWith("[]") ? "array" : "string";
    };
  }

  static String format(String type) {
    return switch (type) {
      case "smallint", "integer" -> "int32";
      case "bigint" -> "int64";
      default -> type;
    };
  }

  static String element(String arrayType) {
    return arrayType.substring(0, arrayType.length() - 2);
  }

  /// The items of an array; none for other types.
  static @Nullable Tree items(String type) {
    return "array".equals(kind(type)) ? new Tree().put("type", kind(element(type))) : null;
  }
}
