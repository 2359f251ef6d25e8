package io.stabbur.realtime.change.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;

/// Whether the policies for reading a table leave nothing behind that the next caller of the same
/// transaction could read, and how they learn who asks.
public final class PlainPolicies {
  private static final String PLAIN = SqlFile.of(PlainPolicies.class, "policy-plain");

  private static final String VERSION = SqlFile.of(PlainPolicies.class, "definitions-version");

  /// How long it counts that no definition has changed, as what is known of rights does.
  private static final Duration FRESH = Duration.ofSeconds(1);

  /// How long an answer counts at most.
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Database database;

  /// A new one is asked for once the last is no longer fresh.
  private final Cache<PlainPolicies, String> version =
      Caffeine.newBuilder().expireAfterWrite(FRESH).build();

  private final Cache<Subject, Kind> known =
      Caffeine.newBuilder().expireAfterWrite(LONGEST).maximumSize(10_000).build();

  /// A table while no definition changes.
  private record Subject(long table, String version) {}

  /// What is known of a table's policies.
  public enum Kind {
    /// They may leave settings behind.
    ANY,
    /// They leave nothing behind.
    PLAIN,
    /// Nor do they read the setting `request.jwt.claim.sub`, but for `auth.uid()`, which returns
    /// the same where it is set.
    PLAIN_BY_SUBJECT
  }

  /// @param database where the catalog is read, as its login role
  public PlainPolicies(Database database) {
    this.database = database;
  }

  /// What the policies for reading a table do, [Kind#ANY] also where that cannot be told.
  public Kind of(Table table) {
    try {
      var now = version.get(this, _ -> ask(Statement.of(VERSION), PlainPolicies::text));
      return known.get(
          new Subject(table.oid(), now),
          asked -> ask(Statement.of(PLAIN, asked.table), PlainPolicies::kind));
    } catch (ApiException _) {
      return Kind.ANY;
    }
  }

  /// A definition may have changed.
  public void forget() {
    version.invalidateAll();
  }

  private <T> T ask(Statement statement, RowReader<T> reader) {
    return database.exchange(
        Comparer.ownActor(database, Comparer.LONGEST), Access.READ, statement, reader);
  }

  private static String text(ResultSet rows) throws SQLException {
    return rows.next() ? Objects.requireNonNullElse(rows.getString(1), "") : "";
  }

  private static Kind kind(ResultSet rows) throws SQLException {
    if (!rows.next() || !rows.getBoolean(1)) {
      return Kind.ANY;
    }
    return rows.getBoolean(2) ? Kind.PLAIN_BY_SUBJECT : Kind.PLAIN;
  }
}
