package io.stabbur.data.typescript;

import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.catalog.Relationship.ColumnPair;
import io.stabbur.data.catalog.Relationship.Link;
import io.stabbur.data.typescript.Schema.Column;
import io.stabbur.data.typescript.Schema.Relation;
import io.stabbur.data.typescript.Schema.Set;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Writes tables, views and composite types.
final class RelationWriter {
  private final Schema schema;
  private final TypeNames names;
  private final Rows rows;
  private final Lines out;

  RelationWriter(Schema schema, TypeNames names, Lines out) {
    this.schema = schema;
    this.names = names;
    this.rows = new Rows(schema, names);
    this.out = out;
  }

  void table(Relation table) {
    out.open(Keys.of(table.name()) + ": {");
    row(table);
    out.open("Insert: {");
    for (var column : table.columns()) {
      out.line(
          switch (column.set()) {
            case NEVER -> never(column);
            case REQUIRED -> Keys.of(column.name()) + ": " + rows.type(column);
            case OPTIONAL, READ_ONLY -> optional(column, rows.type(column));
          });
    }
    out.close("}");
    out.open("Update: {");
    for (var column : table.columns()) {
      out.line(column.set() == Set.NEVER ? never(column) : optional(column, rows.type(column)));
    }
    out.close("}");
    relationships(table);
    out.close("}");
  }

  void view(Relation view) {
    out.open(Keys.of(view.name()) + ": {");
    row(view);
    if (view.takesChanges()) {
      for (var change : List.of("Insert", "Update")) {
        out.open(change + ": {");
        for (var column : view.columns()) {
          out.line(
              column.set() == Set.READ_ONLY
                  ? never(column)
                  : optional(column, Rows.orNull(names.ofColumn(column.type()))));
        }
        out.close("}");
      }
    }
    relationships(view);
    out.close("}");
  }

  void composite(Relation type) {
    out.open(Keys.of(type.name()) + ": {");
    for (var field : type.columns()) {
      out.line(Keys.of(field.name()) + ": " + Rows.orNull(names.of(field.type())));
    }
    out.close("}");
  }

  private void row(Relation relation) {
    var computed = rows.computed(relation);
    out.open("Row: {");
    for (var column : relation.columns()) {
      out.line(Keys.of(column.name()) + ": " + rows.type(column));
    }
    for (var function : computed) {
      out.line(Keys.of(function.name()) + ": " + Rows.orNull(rows.result(function)));
    }
    out.close("}");
    out.line(
        "ComputedFields: "
            + (computed.isEmpty()
                ? "never"
                : computed.stream()
                    .map(each -> Keys.quoted(each.name()))
                    .collect(Collectors.joining(" | "))));
  }

  private static String never(Column column) {
    return Keys.of(column.name()) + "?: never";
  }

  private static String optional(Column column, String type) {
    return Keys.of(column.name()) + "?: " + type;
  }

  private void relationships(Relation relation) {
    var keys =
        schema.keys().getOrDefault(relation.key(), List.of()).stream()
            .filter(key -> key.to().schema().equals(relation.schema()))
            .sorted(
                Comparator.comparing(RelationWriter::constraint)
                    .thenComparing(key -> key.to().name())
                    .thenComparing(key -> columns(key, ColumnPair::there)))
            .toList();
    if (keys.isEmpty()) {
      out.line("Relationships: []");
      return;
    }
    out.open("Relationships: [");
    for (var key : keys) {
      out.open("{");
      out.line("foreignKeyName: " + Keys.quoted(constraint(key)));
      out.line("columns: [" + columns(key, ColumnPair::here) + "]");
      out.line("isOneToOne: " + (key.link() instanceof Link.OneToOne));
      out.line("referencedRelation: " + Keys.quoted(key.to().name()));
      out.line("referencedColumns: [" + columns(key, ColumnPair::there) + "]");
      out.close("},");
    }
    out.close("]");
  }

  private static String constraint(Relationship.Foreign key) {
    return switch (key.link()) {
      case Link.ManyToOne(var constraint, var _) -> constraint;
      case Link.OneToOne(var constraint, var _, var _) -> constraint;
      case Link.OneToMany(var constraint, var _) -> constraint;
      case Link.ManyToMany many -> many.nearConstraint();
    };
  }

  private static String columns(
      Relationship.Foreign key, java.util.function.Function<ColumnPair, String> side) {
    var pairs =
        switch (key.link()) {
          case Link.ManyToOne(var _, var columns) -> columns;
          case Link.OneToOne(var _, var columns, var _) -> columns;
          case Link.OneToMany(var _, var columns) -> columns;
          case Link.ManyToMany many -> many.near();
        };
    return pairs.stream().map(side).map(Keys::quoted).collect(Collectors.joining(", "));
  }
}
