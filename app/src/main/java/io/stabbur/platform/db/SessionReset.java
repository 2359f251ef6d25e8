package io.stabbur.platform.db;

/// Ends what functions leave in a session beyond their transaction, so that the connection's next
/// user, who may be another person, does not see it.
///
/// A read is rolled back, which undoes its settings; it can leave advisory locks alone, which the
/// next transaction ends as it begins. After a write, settings, the role, cursors, channels and
/// temporary objects are ended in the same message group. What survives that is named in
/// app/docs/security.md.
///
/// @param sql statements that follow the end of a transaction, each after a semicolon
record SessionReset(String sql) {
  /// What the transaction before has locked for its session.
  static final String UNLOCK = "pg_catalog.pg_advisory_unlock_all()";

  /// Before the first connection is there.
  static final SessionReset NONE = new SessionReset("");

  /// `…;reset all;close all;…;select set_config('role', 'none', false), …`
  ///
  /// @param own calls of `set_config` that set anew what the pool's sessions set for themselves,
  ///   each followed by a comma
  static SessionReset of(String own) {
    return new SessionReset(
        ";reset all;close all;unlisten *;discard temp;select"
            + " pg_catalog.set_config('role','none',false),"
            + own
            + UNLOCK);
  }

  /// How a transaction ends: what a read has changed is not kept.
  String ending(Access access, Batch.Ending ending) {
    return access == Access.READ ? "rollback" : ending.sql();
  }

  /// What follows the end of a transaction; "" where all that it did was undone.
  String after(Access access, Batch.Ending ending) {
    return access == Access.WRITE && ending == Batch.Ending.COMMIT ? sql : "";
  }
}
