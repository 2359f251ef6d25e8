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

  /// The bindings of one channel, as long as it is joined.
  interface Subscription extends AutoCloseable {
    /// The same bindings judged by another token of the channel, from the next change on. Bindings
    /// that were refused are tried again. Never blocks.
    void reauthorize(Caller subscriber);

    /// Nothing is delivered after this returns, except what another thread is handing over.
    @Override
    void close();
  }
}
