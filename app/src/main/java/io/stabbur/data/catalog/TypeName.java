package io.stabbur.data.catalog;

/// A type values are bound as: the base type of domains, by the name in `pg_type`, with the name of
/// its array type.
public record TypeName(Name type, Name array, Family family) {
  public static final TypeName TEXT =
      new TypeName(new Name("pg_catalog", "text"), new Name("pg_catalog", "_text"), Family.TEXT);

  /// What JSON paths, patterns and searches need to know of a type.
  public enum Family {
    TEXT,
    JSON,
    JSONB,
    TSVECTOR,
    OTHER
  }
}
