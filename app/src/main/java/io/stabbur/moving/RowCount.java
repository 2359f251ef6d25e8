package io.stabbur.moving;

import io.stabbur.platform.sql.SqlText;

/// How many rows a table has, and a sum over all of them that is the same wherever the rows are,
/// whatever their order.
///
/// @param sum of the first 64 bits of the MD5 of each row
record RowCount(long rows, String sum) {
  static RowCount of(DatabaseLink link, MovedTable table) {
    // select count(*), sum(… md5(row("id", "name")::text) …) from only "public"."posts"
    var text =
        new SqlText()
            .add(
                "select pg_catalog.count(*),"
                    + " coalesce(pg_catalog.sum(('x' || pg_catalog.substr(pg_catalog.md5(row(")
            .append(MovedTable.list(table.copied()))
            .add(")::text), 1, 16))::bit(64)::bigint::numeric), 0)::text from only ")
            .append(table.quoted());
    return link.list(text.statement(), row -> new RowCount(row.getLong(1), row.getString(2)))
        .getFirst();
  }
}
