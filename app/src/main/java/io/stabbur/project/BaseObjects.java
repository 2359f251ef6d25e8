package io.stabbur.project;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What the internal schema consists of, kept in the database when it was made, so that a later
/// look tells what others took away: `supabase db reset --remote`, `drop owned by`, a revoked
/// right, a dump that was restored.
final class BaseObjects {
  private static final Statement PRESENT =
      Statement.of(SqlFile.of(BaseObjects.class, "base/objects"));
  private static final Statement KEPT = Statement.of("select identity from stabbur.base_objects");
  private static final Statement FORGET = Statement.of("delete from stabbur.base_objects");

  private BaseObjects() {}

  /// Keeps what there is now as what there should be.
  static void keep(Transaction tx) {
    tx.update(FORGET);
    tx.update(
        Statement.of(
            "insert into stabbur.base_objects (identity) select unnest(?::text[])",
            (Object) new ArrayList<>(present(tx)).toArray(new String[0])));
  }

  /// What there should be and is not, such as `table stabbur.api_keys`, in order of the names. Of a
  /// database in which nothing was kept, nothing is missing.
  static List<String> missing(Transaction tx) {
    var missing = new TreeSet<>(tx.list(KEPT, row -> row.getString(1)));
    missing.removeAll(present(tx));
    return List.copyOf(missing);
  }

  private static Set<String> present(Transaction tx) {
    return new TreeSet<>(tx.list(PRESENT, row -> row.getString(1)));
  }

  /// The first of them, in one line.
  static String summary(List<String> missing) {
    var first = String.join(", ", missing.subList(0, Math.min(8, missing.size())));
    return missing.size() <= 8 ? first : first + " and %d more".formatted(missing.size() - 8);
  }
}
