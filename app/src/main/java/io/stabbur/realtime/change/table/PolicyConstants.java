package io.stabbur.realtime.change.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;

/// Whether the policies for reading a table call functions that Postgres may compute when it makes
/// a plan. A function may be declared `immutable` although it reads the claims: a plan that several
/// callers share would then answer all of them as the first.
public final class PolicyConstants {
  private static final String CONSTANTS = SqlFile.of(PolicyConstants.class, "policy-constants");

  /// How long an answer counts, as that about rights does.
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Database database;
  private final Cache<Long, Boolean> known =
      Caffeine.newBuilder().expireAfterWrite(FRESH).maximumSize(10_000).build();

  /// @param database where the catalog is read, as its login role
  public PolicyConstants(Database database) {
    this.database = database;
  }

  /// Whether each caller needs a plan of its own; so does one of a table that cannot be looked up.
  public boolean mayDiffer(Table table) {
    return known.get(table.oid(), this::read);
  }

  private boolean read(long table) {
    try {
      return database.exchange(
          Comparer.ownActor(database, Comparer.LONGEST),
          Access.READ,
          Statement.of(CONSTANTS, table),
          rows -> !rows.next() || rows.getBoolean(1));
    } catch (ApiException _) {
      return true;
    }
  }
}
