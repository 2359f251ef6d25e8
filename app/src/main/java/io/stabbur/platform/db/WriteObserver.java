package io.stabbur.platform.db;

import io.stabbur.platform.share.Share;

/// Hears of each transaction that may have written something, before its caller is answered.
@FunctionalInterface
public interface WriteObserver {
  /// Called on the thread that committed.
  ///
  /// @param share on whose behalf it was written
  /// @param position behind the transaction's commit
  /// @param rights whether the rights of accounts changed (`stabbur.note_account_changes`)
  void committed(Share share, WalPosition position, boolean rights);
}
