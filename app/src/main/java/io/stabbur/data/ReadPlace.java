package io.stabbur.data;

import io.stabbur.data.catalog.Routine.Volatility;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.request.Incoming;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.WalPosition;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Where a request may be answered: by the primary, or by a read replica that has replayed enough.
/// The only place that decides it.
enum ReadPlace {
  PRIMARY,
  REPLICA;

  /// Names the server that answered; in a request, `primary` asks for the primary.
  static final String SERVER = "X-Stabbur-Server";

  /// Behind what the caller wrote; clients that show it again see that on every process.
  static final String POSITION = "X-Stabbur-Position";

  private static final Set<String> READS = Set.of("GET", "HEAD");

  /// Rows are read by GET and HEAD, and so is what functions answer that cannot write. A
  /// transaction that is told to roll back, or that has one view of the data from its first
  /// statement on, which is the replica's check, stays on the primary.
  static ReadPlace of(DataPlan plan, Incoming incoming, Batch batch) {
    boolean reads =
        READS.contains(incoming.method())
            && batch.ending() == Batch.Ending.COMMIT
            && (batch.isolation() == null || batch.isolation() == Batch.Isolation.READ_COMMITTED)
            && switch (plan) {
              case DataPlan.Read _ -> true;
              case DataPlan.Call(var call, _, _, _, _) ->
                  call.routine().volatility() != Volatility.VOLATILE;
              case DataPlan.Write _, DataPlan.Describe _, DataPlan.Options _ -> false;
            };
    return reads && !asksForPrimary(incoming) && shown(incoming).isPresent() ? REPLICA : PRIMARY;
  }

  /// The position that the client showed; empty where it is none, so that nothing is known.
  static Optional<WalPosition> shown(Incoming incoming) {
    var text = incoming.first(POSITION.toLowerCase(Locale.ROOT));
    return text == null ? Optional.of(WalPosition.START) : WalPosition.parse(text);
  }

  private static boolean asksForPrimary(Incoming incoming) {
    return "primary".equals(incoming.first(SERVER.toLowerCase(Locale.ROOT)));
  }
}
