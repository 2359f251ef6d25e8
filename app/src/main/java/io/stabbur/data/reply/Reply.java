package io.stabbur.data.reply;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer: status, headers in order, body. A status with a reason of its own has that too.
public record Reply(int status, @Nullable String reason, List<Header> headers, Body body) {
  private static final byte[] NOTHING = {};

  public record Header(String name, String value) {}

  /// What follows the headers.
  public sealed interface Body {
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Bytes(byte[] bytes) implements Body {}

    /// A body too large to be held; whoever sends it closes it.
    record Stream(InputStream bytes, long length) implements Body {}

    /// No body, and no word about its length.
    record None() implements Body {}
  }

  public static Reply of(int status, List<Header> headers, byte[] body) {
    return new Reply(status, null, headers, new Body.Bytes(body));
  }

  public static Reply of(int status, List<Header> headers, Body body) {
    return new Reply(status, null, headers, body);
  }

  public static Reply bodiless(int status, List<Header> headers) {
    return new Reply(status, null, headers, new Body.None());
  }

  /// A body of no bytes, said to be so.
  public static Reply empty(int status, List<Header> headers) {
    return of(status, headers, NOTHING);
  }

  public boolean has(String name) {
    return headers.stream().anyMatch(h -> h.name.equalsIgnoreCase(name));
  }

  public Reply with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Reply(status, reason, more, body);
  }
}
