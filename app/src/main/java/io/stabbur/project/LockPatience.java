package io.stabbur.project;

import java.time.Duration;

/// How migrations wait for locks that others hold. Whoever waits for a lock on a table keeps all
/// who come later waiting behind, readers too: so a statement waits for a short time only, what was
/// done is rolled back, those behind go on, and all of it is tried again.
///
/// @param longest how long one statement waits
/// @param tries how often the files are run
/// @param pause before the second run; twice as long before each further one, up to the tenfold
record LockPatience(Duration longest, int tries, Duration pause) {
  static final LockPatience USUAL =
      new LockPatience(Duration.ofSeconds(5), 8, Duration.ofSeconds(1));

  /// What Postgres says of a lock that was not to be had in time.
  static final String NOT_AVAILABLE = "55P03";

  private static final int LONGEST_PAUSE = 10;

  /// Sleeps before the run that follows.
  ///
  /// @param done how many runs there were
  void rest(int done) throws InterruptedException {
    long factor = Math.min(LONGEST_PAUSE, 1L << Math.min(done - 1, LONGEST_PAUSE));
    Thread.sleep(pause.multipliedBy(factor));
  }
}
