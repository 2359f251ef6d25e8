package io.stabbur.data.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A column.
///
/// @param type the type without length, a domain's base type
/// @param declared the type as declared
/// @param base what filter values are bound as
/// @param defaultValue the expression of its default
public record Column(
    String name,
    @Nullable String comment,
    Nullability nullability,
    String type,
    String declared,
    TypeName base,
    @Nullable Integer maxLength,
    @Nullable String defaultValue,
    List<String> labels) {
  public enum Nullability {
    NULLABLE,
    REQUIRED
  }
}
