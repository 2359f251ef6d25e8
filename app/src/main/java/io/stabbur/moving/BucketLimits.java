package io.stabbur.moving;

import io.stabbur.platform.sql.Statement;

/// What buckets take is unlimited while files move: what is there may be larger than what its
/// bucket takes today. A note in the journal says that limits are lifted, so that a run that was
/// killed is made good by the next one.
record BucketLimits(DatabaseLink target) implements AutoCloseable {
  private static final String LIFTED = "limits lifted";

  /// Lifts them until this is closed.
  static BucketLimits lift(DatabaseLink target) {
    var limits = new BucketLimits(target);
    target.atomically(
        () -> {
          target.execute(
              "update storage.buckets b set file_size_limit = null, allowed_mime_types = null"
                  + " from stabbur_moving.buckets k where k.id = b.id");
          new Journal(target).note(LIFTED, "");
        });
    return limits;
  }

  boolean areLifted() {
    return new Journal(target).isDone(LIFTED);
  }

  /// Restores what is lifted; what somebody has set since stays.
  void restore() {
    if (!areLifted()) {
      return;
    }
    target.atomically(
        () -> {
          target.execute(
              "update storage.buckets b set file_size_limit = k.file_size_limit, allowed_mime_types ="
                  + " k.allowed_mime_types from stabbur_moving.buckets k where k.id = b.id");
          target.update(Statement.of("delete from stabbur_moving.steps where name = ?", LIFTED));
        });
  }

  @Override
  public void close() {
    restore();
  }
}
