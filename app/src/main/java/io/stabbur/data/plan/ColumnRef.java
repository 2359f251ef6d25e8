package io.stabbur.data.plan;

import io.stabbur.data.catalog.TypeKind;
import io.stabbur.data.request.JsonStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A column, or a function over the row that reads like one; `kind` is null when the catalog does
/// not know it.
public record ColumnRef(String name, List<JsonStep> path, @Nullable TypeKind kind) {

  public boolean isStar() {
    return name.equals("*") && path.isEmpty();
  }

  /// Whether arrows work on it without conversion.
  public boolean isJson() {
    return kind == TypeKind.JSON;
  }
}
