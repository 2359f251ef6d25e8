package io.stabbur.data.plan;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.Column;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.TypeKind;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.WritePlan.PayloadColumn;
import io.stabbur.data.request.Condition;
import io.stabbur.data.request.Field;
import io.stabbur.data.request.JsonStep;
import io.stabbur.data.request.Operation;
import io.stabbur.data.request.SelectItem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Resolves names of columns to what the catalog knows of them. A name it does not know is left to
/// Postgres, for it may be a function over the row.
final class Columns {
  private final Catalog catalog;
  private final Map<String, TypeKind> results;

  /// @param results the columns of a called function's result
  Columns(Catalog catalog, Map<String, TypeKind> results) {
    this.catalog = catalog;
    this.results = results;
  }

  ColumnRef reference(Name relation, Field field) {
    return new ColumnRef(field.name(), field.path(), type(relation, field.name()));
  }

  /// The same, of a column that rows are sorted by.
  ColumnRef sortable(Name relation, Field field) {
    requireComparable(column(relation, field.name()));
    return reference(relation, field);
  }

  /// Ciphertext has no order and matches no pattern: an answer would be nonsense, not an error.
  private void requireComparable(@Nullable Column column) {
    if (column != null && !catalog.isComparable(column.declared())) {
      throw new DataError.Database(
              "0A000",
              "this column is stored encrypted and cannot be compared",
              "Column: " + column.name(),
              "Search by equality in its search column, and sort what was read.",
              DataError.Standing.KNOWN)
          .exception();
    }
  }

  private @Nullable TypeKind type(Name relation, String name) {
    var column = column(relation, name);
    if (column != null) {
      return column.kind();
    }
    var result = results.get(name);
    return result != null ? result : catalog.otherType(relation, name);
  }

  private @Nullable Column column(Name relation, String name) {
    var known = catalog.relation(relation);
    return known == null ? null : known.columns().get(name);
  }

  Output output(Name relation, SelectItem.Column column) {
    var reference = reference(relation, column.field());
    var known = column(relation, column.field().name());
    var format = known == null ? null : catalog.cast(known.declared(), "json");
    return new Output(
        reference,
        format,
        column.cast(),
        column.aggregate(),
        column.aggregateCast(),
        column.alias(),
        Output.Span.COLUMN);
  }

  /// Whether any column of the relation is written by a function.
  boolean hasFormats(Name relation) {
    if (catalog.casts().isEmpty()) {
      return false;
    }
    var known = catalog.relation(relation);
    return known != null
        && known.columns().values().stream()
            .anyMatch(c -> catalog.cast(c.declared(), "json") != null);
  }

  /// All columns of a relation in place of `*`.
  List<Output> all(Name relation, SelectItem.Column star) {
    var known = catalog.relation(relation);
    if (known == null) {
      return List.of(output(relation, star));
    }
    return known.columns().values().stream()
        .map(
            c -> {
              var format = catalog.cast(c.declared(), "json");
              return new Output(
                  new ColumnRef(c.name(), List.of(), c.kind()),
                  format,
                  star.cast(),
                  null,
                  null,
                  format == null ? null : c.name(),
                  Output.Span.COLUMN);
            })
        .toList();
  }

  Test match(Name relation, Condition.Filter filter) {
    var known = column(relation, filter.field().name());
    if (!(filter.operation() instanceof Operation.Is)) {
      requireComparable(known);
    }
    var parser = known == null ? null : catalog.cast("text", known.declared());
    return new Test.Match(
        reference(relation, filter.field()), filter.negation(), filter.operation(), parser);
  }

  /// A column of the body; one the relation does not have is refused.
  PayloadColumn payload(Name relation, String name) {
    var known = column(relation, name);
    if (known == null) {
      throw new DataError.NoColumn(relation.name(), name).exception();
    }
    var parser = catalog.cast("json", known.declared());
    return new PayloadColumn(
        name, parser == null ? known.declared() : "json", parser, known.defaultValue());
  }

  /// The name a JSON path gives its column: its last key, or the column's own.
  static String lastKey(ColumnRef column) {
    for (var i = column.path().size() - 1; i >= 0; i--) {
      if (column.path().get(i).target() instanceof JsonStep.Target.Key(var name)) {
        return name;
      }
    }
    return column.name();
  }
}
