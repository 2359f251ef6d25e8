package io.stabbur.data.catalog;

/// What JSON paths and searches need to know of a type, or of the type a domain is made of.
public enum TypeKind {
  JSON,
  SEARCH_VECTOR,
  OTHER;

  static TypeKind of(String name) {
    return switch (name) {
      case "json", "jsonb" -> JSON;
      case "tsvector" -> SEARCH_VECTOR;
      default -> OTHER;
    };
  }
}
