package io.stabbur.realtime.change;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// How changes are read from the database, under `stabbur.realtime.changes`.
///
/// @param start when the stream of a project begins: with the first subscriber, or at once
/// @param linger how long it goes on after the last subscriber has left
/// @param publication the publication that names the tables
/// @param probeConnections most connections that ask policies at the same time
/// @param probeTimeout longest question to a policy; the row counts as hidden after it
/// @param maxPayload bytes of an event; of a larger one only short values are sent
/// @param slotLimit bytes of the write-ahead log that may be kept for the stream; it begins anew,
///   with a message to its subscribers, when more are
@ConfigurationProperties("stabbur.realtime.changes")
public record ChangeSettings(
    @Bindable(defaultValue = "on-demand") Start start,
    @Bindable(defaultValue = "5m") Duration linger,
    @Bindable(defaultValue = "supabase_realtime") String publication,
    @Bindable(defaultValue = "2") int probeConnections,
    @Bindable(defaultValue = "2s") Duration probeTimeout,
    @Bindable(defaultValue = "1048576") int maxPayload,
    @Bindable(defaultValue = "4000000000") long slotLimit) {
  /// The publication of `realtime.messages`.
  static final String MESSAGES = "supabase_realtime_messages_publication";

  /// When a stream begins.
  public enum Start {
    ON_DEMAND,
    AT_ONCE
  }

  public ChangeSettings {
    if (probeConnections < 1) {
      throw new IllegalArgumentException(
          "stabbur.realtime.changes.probe-connections must be at least 1");
    }
  }
}
