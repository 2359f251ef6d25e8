package io.stabbur.realtime.change;

import io.stabbur.identity.Caller;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The changes of one project's rows, for subscribers on any number of channels.
public interface ChangeFeed {
  /// Registers the bindings of one channel. Never blocks; the answer completes once the stream
  /// carries every valid binding, so that a write made after it is delivered.
  ///
  /// @param subscriber whose role and claims decide what is delivered
  CompletionStage<Subscription> subscribe(
      Caller subscriber, List<Binding> bindings, ChangeSink sink);

  /// Has the messages that the database sends delivered to `sink` until the result is closed.
  /// Called once per project, when its first socket joins a channel; closed when the last one left.
  /// The feed connects again by itself. Never blocks.
  Messages listen(BroadcastSink sink);

  /// The messages of the database, as long as somebody listens.
  interface Messages extends AutoCloseable {
    /// Completes once the stream carries every message sent from now on; at once where it does so
    /// already.
    CompletionStage<?> ready();

    /// Nothing is delivered after this returns, except what another thread is handing over.
    @Override
    void close();
  }

  /// The bindings of one channel, as long as it is joined.
  interface Subscription extends AutoCloseable {
    /// Why bindings are not in force at this moment, in words for the client; empty where all are.
    /// Each is told to the sink as a `system` error, too, and tried again by itself where that may
    /// help.
    List<String> refusals();

    /// The same bindings judged by another token of the channel, from the next change on. Bindings
    /// that were refused are tried again. Never blocks.
    void reauthorize(Caller subscriber);

    /// Nothing is delivered after this returns, except what another thread is handing over.
    @Override
    void close();
  }
}
