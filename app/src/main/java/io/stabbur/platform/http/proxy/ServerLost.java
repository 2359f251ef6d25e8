package io.stabbur.platform.http.proxy;

/// The server could not be reached, or closed the connection before its response was whole.
public final class ServerLost extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean isUnsent;

  ServerLost(boolean isUnsent) {
    super("the local server was lost", null, false, false);
    this.isUnsent = isUnsent;
  }

  /// Whether the server can have seen nothing of the request, so that it may be sent again.
  public boolean isUnsent() {
    return isUnsent;
  }
}
