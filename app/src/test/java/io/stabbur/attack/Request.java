package io.stabbur.attack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One HTTP request as it goes over the wire.
///
/// @param target path and query, percent-encoded
/// @param headers without `Host` and `Content-Length`, which the client adds
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(String method, String target, List<Header> headers, byte[] body) {
  record Header(String name, String value) {}

  static Request of(String method, String target) {
    return new Request(method, target, List.of(), new byte[0]);
  }

  Request with(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Request(method, target, List.copyOf(more), body);
  }

  Request with(List<Header> others) {
    var more = new ArrayList<>(headers);
    more.addAll(others);
    return new Request(method, target, List.copyOf(more), body);
  }

  /// The same without the headers of this name.
  Request without(String name) {
    var fewer = headers.stream().filter(each -> !each.name().equalsIgnoreCase(name)).toList();
    return new Request(method, target, fewer, body);
  }

  Request json(String text) {
    return with("Content-Type", "application/json").bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Request bytes(byte[] other) {
    return new Request(method, target, headers, other);
  }

  Request to(String otherTarget) {
    return new Request(method, otherTarget, headers, body);
  }

  Request by(String otherMethod) {
    return new Request(otherMethod, target, headers, body);
  }

  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  boolean reads() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /// Everything the caller said, for the search of what it knew before the answer.
  String said() {
    var text = new StringBuilder(target);
    headers.forEach(each -> text.append('\n').append(each.value()));
    return text.append('\n').append(new String(body, StandardCharsets.UTF_8)).toString();
  }

  /// A command line that sends it again, as long as its tokens are valid.
  @Override
  public String toString() {
    var text = new StringBuilder("curl -i -X ").append(method).append(" \"$URL").append(target);
    text.append('"');
    headers.forEach(
        each ->
            text.append(" -H '")
                .append(each.name())
                .append(": ")
                .append(each.value())
                .append('\''));
    if (body.length > 0) {
      text.append(" --data-binary '").append(new String(body, StandardCharsets.UTF_8)).append('\'');
    }
    return text.toString();
  }
}
