package io.stabbur.platform.db;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;

/// Refuses a read on a standby that has not replayed what the caller must see, as the first
/// statement of the read's own message group. The statements after it see at least what it saw:
/// each takes its snapshot later.
public final class ReplayCheck {
  /// Settings that do not exist: who reads one is refused with its name. Errors may quote what
  /// clients send, and this they cannot know.
  private static final String SUFFIX = Crypto.randomText(16);

  private static final String BEHIND = "stabbur.replica_behind_" + SUFFIX;
  private static final String PROMOTED = "stabbur.replica_promoted_" + SUFFIX;
  private static final String NO_SUCH_SETTING = "42704";

  private static final String SQL =
      "select case when not pg_catalog.pg_is_in_recovery() then pg_catalog.current_setting(?)"
          + " when not coalesce(pg_catalog.pg_last_wal_replay_lsn()>=?::pg_catalog.pg_lsn,false)"
          + " then pg_catalog.current_setting(?) end";

  private ReplayCheck() {}

  static Statement of(WalPosition atLeast) {
    return Statement.of(SQL, PROMOTED, atLeast.toString(), BEHIND);
  }

  /// Whether a standby refused because it has not replayed enough.
  public static boolean isBehind(Failure.Database failure) {
    return names(failure, BEHIND);
  }

  /// Whether a server refused because it is no standby any more: its log may have parted from the
  /// primary's.
  public static boolean isPromoted(Failure.Database failure) {
    return names(failure, PROMOTED);
  }

  private static boolean names(Failure.Database failure, String setting) {
    return failure.sqlState().equals(NO_SUCH_SETTING) && failure.message().contains(setting);
  }
}
