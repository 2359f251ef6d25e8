package io.stabbur.testing;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Requests as tests of single classes make them, without a server.
public final class Requests {
  private Requests() {}

  /// A GET whose query can be asked for, parameter by parameter.
  public static MutableHttpRequest<Object> get(String address) {
    var request = HttpRequest.GET(address);
    int mark = address.indexOf('?');
    if (mark >= 0 && mark < address.length() - 1) {
      for (var pair : address.substring(mark + 1).split("&", -1)) {
        var parts = pair.split("=", 2);
        request.getParameters().add(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
      }
    }
    return request;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
