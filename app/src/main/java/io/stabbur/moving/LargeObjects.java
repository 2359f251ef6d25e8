package io.stabbur.moving;

import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/// Large objects with their numbers and rights, in the transaction that is open. One at a time is
/// in memory.
record LargeObjects(DatabaseLink source, DatabaseLink target) {
  private static final String DIGESTS =
      """
      select oid::text, pg_catalog.md5(pg_catalog.lo_get(oid)) || coalesce(lomacl::text, '')
      from pg_catalog.pg_largeobject_metadata order by oid
      """;

  /// Makes the target's those of the source.
  void copy() {
    var there = digests(source);
    var here = digests(target);
    here.forEach(
        (number, digest) -> {
          if (!digest.equals(there.get(number))) {
            run("select pg_catalog.lo_unlink(?::text::oid)", number);
          }
        });
    there.forEach(
        (number, digest) -> {
          if (!digest.equals(here.get(number))) {
            make(number);
          }
        });
  }

  private void make(String number) {
    run(
        "select pg_catalog.lo_from_bytea(?::text::oid, pg_catalog.decode(?, 'hex'))",
        number,
        String.valueOf(
            source.value(
                Statement.of(
                    "select pg_catalog.encode(pg_catalog.lo_get(?::text::oid), 'hex')", number))));
    source
        .texts(Inventory.sql("large-object-rights", number))
        .forEach(right -> target.execute(right));
  }

  private void run(String sql, Object... values) {
    target.update(Statement.of(sql, values));
  }

  private static Map<String, String> digests(DatabaseLink link) {
    var digests = new LinkedHashMap<String, String>();
    link.list(Statement.of(DIGESTS), row -> digests.put(row.getString(1), row.getString(2)));
    return digests;
  }
}
