package io.stabbur.moving;

import java.util.List;

/// What the user has fastened to a table of the platform.
///
/// @param sql what makes it
/// @param isOwners whether the owner of the table alone may do it: nobody else may switch a trigger
///   off, and one that fires all the same would be worse than none
/// @param table with its schema, in quotes
record Attachment(String title, String sql, boolean isOwners, String table) {
  static List<Attachment> of(DatabaseLink link, Inventory from) {
    var own = from.schemas().toArray(String[]::new);
    return link.list(
        Inventory.sql("attached", own, own),
        row ->
            new Attachment(
                row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4)));
  }

  boolean isPossible(DatabaseLink target) {
    return !isOwners
        || target.isTrue(
            "select pg_catalog.pg_has_role(c.relowner, 'usage') from pg_catalog.pg_class c where c.oid = to_regclass(?)",
            table);
  }
}
