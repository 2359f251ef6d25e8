package io.stabbur.organization.rows;

import io.stabbur.platform.sql.SqlText;
import java.util.UUID;

/// What says that a row of a table is an organization's.
sealed interface Ownership {
  /// A column that holds the organization's id.
  record Column(String name) implements Ownership {}

  /// The row it must refer to, of a table whose rows are an organization's.
  record Parent(Reference reference, OwnedTable table) implements Ownership {}

  /// A path whose first folder is the organization's id.
  record Folder(String path) implements Ownership {}

  /// `"t"."organization_id" = ?`: whether the row of an alias is this organization's.
  default SqlText isOwned(String alias, UUID organization) {
    return switch (this) {
      case Column(var name) ->
          new SqlText().name(alias).add(".").name(name).add(" = ").value(organization);
      case Folder(var path) ->
          new SqlText()
              .add("split_part(")
              .name(alias)
              .add(".")
              .name(path)
              .add(", '/', 1) = ")
              .value(organization.toString());
      case Parent(var reference, var parent) -> {
        var above = alias + "_";
        yield new SqlText()
            .add("exists (select from ")
            .append(parent.table().sql())
            .add(" ")
            .name(above)
            .add(" where ")
            .append(Table.same(alias, reference.columns(), above, reference.targets()))
            .add(" and ")
            .append(parent.owner().isOwned(above, organization))
            .add(")");
      }
    };
  }
}
