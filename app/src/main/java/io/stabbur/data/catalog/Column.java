package io.stabbur.data.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A column.
///
/// @param type the type without length, a domain's base type
/// @param declared the type as declared
/// @param kind what it is made of
/// @param defaultValue the expression of its default
public record Column(
    String name,
    @Nullable String comment,
    Nullability nullability,
    String type,
    String declared,
    TypeKind kind,
    @Nullable Integer maxLength,
    @Nullable String defaultValue,
    List<String> labels) {
  public enum Nullability {
    NULLABLE,
    REQUIRED
  }
}
