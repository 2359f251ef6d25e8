package io.stabbur.platform.http.proxy;

/// Hears of one exchange, on the event loop of the client's connection: must not block.
public interface ExchangeWatch {
  /// The head of the response arrived.
  void head(int status);

  /// A piece of the response arrived.
  void progress();

  /// The exchange is over. Called once.
  void end(Ending ending);

  /// How an exchange ended.
  enum Ending {
    /// The response arrived whole.
    COMPLETE,
    /// The client went away.
    CANCELLED,
    /// The server could not be reached, or its connection was lost.
    LOST,
    /// [Exchange#abort] ended it.
    ABORTED
  }
}
