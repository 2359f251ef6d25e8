package io.stabbur.data.catalog;

/// A name in a schema. An empty schema means the name stands alone, as an alias does.
public record Name(String schema, String name) implements Comparable<Name> {
  public static Name alone(String name) {
    return new Name("", name);
  }

  /// `schema.name` or `name` as settings write it.
  public static Name parse(String text) {
    var dot = text.indexOf('.');
    return dot < 0 ? alone(text) : new Name(text.substring(0, dot), text.substring(dot + 1));
  }

  @Override
  public int compareTo(Name other) {
    var bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }
}
