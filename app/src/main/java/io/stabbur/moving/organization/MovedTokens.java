package io.stabbur.moving.organization;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.UUID;

/// The tokens of an organization's programs. Of each the hash alone is kept, so they count in the
/// other project as they are; one that was revoked on either side stays revoked.
final class MovedTokens {
  private static final String READ = SqlFile.of(MovedTokens.class, "read-tokens");
  private static final String WRITE = SqlFile.of(MovedTokens.class, "write-tokens");

  private MovedTokens() {}

  /// Brings over those that are not there, and what was revoked since.
  ///
  /// @return how many there are
  static int copy(Transaction from, Transaction to, UUID organization) {
    var rows = from.first(Statement.of(READ, organization), row -> row.getString(1)).orElse("[]");
    return to.update(Statement.of(WRITE, new Jsonb(rows)));
  }

  /// Removes those of an organization.
  ///
  /// @return how many were removed
  static int remove(Transaction tx, UUID organization) {
    return tx.update(
        Statement.of(
            "delete from stabbur.application_tokens where organization_id = ?", organization));
  }
}
