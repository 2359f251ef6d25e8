package io.stabbur.realtime.change;

import java.util.concurrent.Executor;

/// Where one channel's changes go. Called in the order of commits, one change at a time; must not
/// block.
public interface ChangeSink {
  /// Runs [#change]. Changes for sinks of one executor may be handed over in one task.
  default Executor executor() {
    return Runnable::run;
  }

  /// A change that the subscriber may see.
  ///
  /// @param ids of the bindings it matched
  /// @param data the JSON object `data` of the event, UTF-8; shared by all receivers, never changed
  void change(int[] ids, byte[] data);

  /// The state of the bindings: the `system` event of the extension `postgres_changes`.
  ///
  /// @param status `ok` or `error`
  void system(String status, String message);
}
