package io.stabbur.storage.job;

import io.stabbur.identity.Caller;
import io.stabbur.storage.Operation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Work that is under way.
///
/// @param reached the last name that was dealt with
record Job(String id, Caller caller, JobRequest request, String reached) {
  /// Whether the token of whoever asked is good still; their rights end with it.
  boolean isPermitted(Instant now) {
    var end = caller.claims().number("exp");
    return end == null || now.getEpochSecond() < end;
  }

  Job reaching(String name) {
    return new Job(id, caller, request, name);
  }

  Operation operation() {
    return new Operation(caller, operationName(request));
  }

  static String operationName(JobRequest request) {
    return switch (request) {
      case JobRequest.Delete _ -> "storage.object.delete_many";
      case JobRequest.Move _ -> "storage.object.move";
    };
  }

  /// What came of a batch.
  ///
  /// @param refusal why the last of those that were refused was, if one was
  record Progress(String reached, long done, long refused, @Nullable String refusal) {}
}
