package io.stabbur.platform.http.proxy;

import java.util.Map;

/// What a server gets to see of a client's request that is sent on to it.
///
/// @param uri path and query
/// @param headers set on top of the client's own; an empty value removes one
public record Outgoing(String uri, Map<String, String> headers) {
  public Outgoing {
    headers = Map.copyOf(headers);
  }
}
