package io.stabbur.moving;

import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;

/// Large objects with their numbers and rights, in the transaction that is open. A piece of one at
/// a time is in memory.
record LargeObjects(DatabaseLink source, DatabaseLink target) {
  private static final int PIECE = 8 << 20;

  private static final String DIGESTS =
      """
      select m.oid::text, pg_catalog.md5(
          (select pg_catalog.string_agg(pg_catalog.md5(pg_catalog.lo_get(m.oid, at, ?)), '' order by at)
           from pg_catalog.generate_series(0, size, ?) at)) || coalesce(m.lomacl::text, ''), size
      from pg_catalog.pg_largeobject_metadata m
        cross join lateral (select pg_catalog.lo_open(m.oid, 262144) offset 0) opened (fd)
        cross join lateral (select pg_catalog.lo_lseek64(fd, 0, 2) offset 0) measured (size)
      order by m.oid
      """;

  /// @param digest of its bytes and rights
  private record LargeObject(String number, String digest, long size) {}

  /// Makes the target's those of the source.
  void copy() {
    var there = all(source);
    var here = all(target);
    here.stream()
        .filter(each -> !there.contains(each))
        .forEach(each -> run("select pg_catalog.lo_unlink(?::text::oid)", each.number()));
    there.stream().filter(each -> !here.contains(each)).forEach(this::make);
  }

  private void make(LargeObject object) {
    run("select pg_catalog.lo_create(?::text::oid)", object.number());
    for (long at = 0; at < object.size(); at += PIECE) {
      var bytes =
          source.value(
              Statement.of(
                  "select pg_catalog.encode(pg_catalog.lo_get(?::text::oid, ?, ?), 'hex')",
                  object.number(),
                  at,
                  PIECE));
      run(
          "select pg_catalog.lo_put(?::text::oid, ?, pg_catalog.decode(?, 'hex'))",
          object.number(),
          at,
          String.valueOf(bytes));
    }
    source
        .texts(Inventory.sql("large-object-rights", object.number()))
        .forEach(right -> target.execute(right));
  }

  private void run(String sql, Object... values) {
    target.update(Statement.of(sql, values));
  }

  private static Set<LargeObject> all(DatabaseLink link) {
    return new LinkedHashSet<>(
        link.list(
            Statement.of(DIGESTS, PIECE, PIECE),
            row -> new LargeObject(row.getString(1), row.getString(2), row.getLong(3))));
  }
}
