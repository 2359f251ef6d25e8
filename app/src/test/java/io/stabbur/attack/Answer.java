package io.stabbur.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came back. Status 0 is a connection that ended without an answer.
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, List<Request.Header> headers, byte[] body) {
  boolean succeeded() {
    return status >= 200 && status < 300;
  }

  @Nullable String header(String name) {
    return headers.stream()
        .filter(each -> each.name().equalsIgnoreCase(name))
        .map(Request.Header::value)
        .findFirst()
        .orElse(null);
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// Everything the caller got to know.
  String told() {
    var text = new StringBuilder();
    headers.forEach(
        each -> text.append(each.name()).append(": ").append(each.value()).append('\n'));
    return text.append('\n').append(text()).toString();
  }

  @Override
  public String toString() {
    var told = told();
    return status + "\n" + (told.length() > 3000 ? told.substring(0, 3000) + " …" : told);
  }
}
