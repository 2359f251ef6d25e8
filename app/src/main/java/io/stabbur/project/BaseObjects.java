package io.stabbur.project;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What the internal schema consists of, kept in the database when it was made, so that a later
/// look tells what others took away: `supabase db reset --remote`, `drop owned by`, a revoked
/// right, a dump that was restored.
///
/// @param kept what there should be, such as `table stabbur.api_keys`; of a database in which
///   nothing was kept, nothing is missing
/// @param present what there is
record BaseObjects(Set<String> kept, Set<String> present) {
  private static final Statement PRESENT =
      Statement.of(SqlFile.of(BaseObjects.class, "base/objects"));
  private static final Statement KEPT = Statement.of("select identity from stabbur.base_objects");
  private static final Statement FORGET = Statement.of("delete from stabbur.base_objects");

  /// Looks at the database.
  static BaseObjects of(Transaction tx) {
    return new BaseObjects(set(tx, KEPT), set(tx, PRESENT));
  }

  private static Set<String> set(Transaction tx, Statement query) {
    return new TreeSet<>(tx.list(query, row -> row.getString(1)));
  }

  /// Keeps what there is as what there should be.
  void keep(Transaction tx) {
    if (!isKept()) {
      tx.update(FORGET);
      tx.update(
          Statement.of(
              "insert into stabbur.base_objects (identity) select unnest(?::text[])",
              (Object) present.toArray(new String[0])));
    }
  }

  /// Whether there is exactly what there should be.
  boolean isKept() {
    return kept.equals(present);
  }

  /// What there should be and is not, in order of the names.
  List<String> missing() {
    return kept.stream().filter(each -> !present.contains(each)).toList();
  }

  /// The first of them, in one line.
  static String summary(List<String> missing) {
    var first = String.join(", ", missing.subList(0, Math.min(8, missing.size())));
    return missing.size() <= 8 ? first : first + " and %d more".formatted(missing.size() - 8);
  }
}
