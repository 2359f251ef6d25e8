package io.stabbur.storage.job;

import io.stabbur.identity.Caller;
import io.stabbur.storage.Operation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Work that is under way.
///
/// @param reached the last name that was dealt with
record Job(String id, Caller caller, Wish wish, String reached) {
  /// What is to be done with every object below a prefix.
  sealed interface Wish {
    String bucket();

    String prefix();

    /// Removes them.
    record Delete(String bucket, String prefix) implements Wish {}

    /// Gives them another prefix, perhaps in another bucket.
    record Move(String bucket, String prefix, String toBucket, String toPrefix) implements Wish {
      String target(String name) {
        return toPrefix + name.substring(prefix.length());
      }
    }
  }

  /// Whether the token of whoever asked is good still; their rights end with it.
  boolean isPermitted(Instant now) {
    var end = caller.claims().number("exp");
    return end == null || now.getEpochSecond() < end;
  }

  Job reaching(String name) {
    return new Job(id, caller, wish, name);
  }

  Operation operation() {
    return new Operation(caller, operationName(wish));
  }

  static String operationName(Wish wish) {
    return switch (wish) {
      case Wish.Delete _ -> "storage.object.delete_many";
      case Wish.Move _ -> "storage.object.move";
    };
  }

  /// What came of a batch.
  ///
  /// @param refusal why the last of those that were refused was, if one was
  record Progress(String reached, long done, long refused, @Nullable String refusal) {}
}
