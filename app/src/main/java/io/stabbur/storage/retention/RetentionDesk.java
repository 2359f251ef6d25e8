package io.stabbur.storage.retention;

import io.stabbur.identity.Caller;
import io.stabbur.storage.Operation;
import io.stabbur.storage.bucket.BucketRows;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// How long files are kept, for whoever looks after the project.
@Singleton
public final class RetentionDesk {
  /// Most days that can be asked for.
  public static final int MOST_DAYS = RulesRequest.MOST_DAYS;

  private final BucketRows buckets;
  private final RuleRows rows;

  RetentionDesk(BucketRows buckets, RuleRows rows) {
    this.buckets = buckets;
    this.rows = rows;
  }

  /// Has files of a bucket removed so many days after they were stored; its other rules stay.
  ///
  /// @param days from 1 to [#MOST_DAYS]; null keeps files
  public void keep(Caller caller, String bucket, @Nullable Integer days) {
    Operation.requireService(caller);
    var id = buckets.require(caller.project(), bucket).id();
    rows.keep(caller.project(), id, days);
  }
}
