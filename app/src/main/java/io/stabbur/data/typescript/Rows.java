package io.stabbur.data.typescript;

import io.stabbur.data.typescript.Schema.Column;
import io.stabbur.data.typescript.Schema.Function;
import io.stabbur.data.typescript.Schema.Nulls;
import io.stabbur.data.typescript.Schema.Relation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What rows and results of functions consist of.
final class Rows {
  private final Schema schema;
  private final TypeNames names;
  private final Map<Long, Relation> byRowType = new HashMap<>();

  Rows(Schema schema, TypeNames names) {
    this.schema = schema;
    this.names = names;
    schema.relations().forEach(relation -> byRowType.put(relation.rowType(), relation));
  }

  /// The relation whose rows a type holds.
  @Nullable Relation relation(long type) {
    return byRowType.get(type);
  }

  /// Functions of a row that read like columns of it.
  List<Function> computed(Relation relation) {
    return relation.isComposite()
        ? List.of()
        : schema.functions().stream()
            .filter(function -> function.schema().equals(relation.schema()))
            .filter(
                function ->
                    function.arguments().size() == 1
                        && function.arguments().getFirst().type() == relation.rowType())
            .sorted(Comparator.comparing(Function::name))
            .toList();
  }

  /// The type of a column as it is read.
  String type(Column column) {
    var type = names.ofColumn(column.type());
    return column.nulls() == Nulls.ALLOWED
        ? orNull(type)
        : type.equals(TypeNames.JSON) ? "NonNullable<Json>" : type;
  }

  static String orNull(String type) {
    return type.equals(TypeNames.UNKNOWN) ? type : type + " | null";
  }

  /// One row of what a function gives.
  String result(Function function) {
    if (!function.fields().isEmpty()) {
      return function.fields().stream()
          .map(field -> Keys.of(field.name()) + ": " + names.of(field.type()))
          .collect(Collectors.joining("; ", "{ ", " }"));
    }
    var relation = relation(function.result());
    return relation == null || relation.isComposite()
        ? names.of(function.result())
        : relation.columns().stream()
            .map(column -> Keys.of(column.name()) + ": " + type(column))
            .collect(Collectors.joining("; ", "{ ", " }"));
  }
}
