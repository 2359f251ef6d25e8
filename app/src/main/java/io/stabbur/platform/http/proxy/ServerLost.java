package io.stabbur.platform.http.proxy;

/// The server could not be reached, or closed the connection before its response was whole.
public final class ServerLost extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean isRepeatable;

  ServerLost(boolean isRepeatable) {
    super("the server was lost", null, false, false);
    this.isRepeatable = isRepeatable;
  }

  /// Whether the request may be sent again: the server saw nothing of it, or it changes nothing.
  public boolean isRepeatable() {
    return isRepeatable;
  }
}
