package io.stabbur.cli;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// `postgresql://user:password@host:port/name?options`, the form that psql and the Supabase CLI
/// take. User and password are percent-encoded in it.
final class DatabaseUrl {
  private static final String JDBC = "jdbc:postgresql://";

  private DatabaseUrl() {}

  static String of(Login login) {
    return "postgresql://"
        + encode(login.user())
        + ":"
        + encode(login.password().reveal())
        + "@"
        + login.url().substring(JDBC.length());
  }

  static Login parse(String url) {
    var address = URI.create(url);
    var credentials = address.getRawUserInfo().split(":", 2);
    var query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    return new Login(
        JDBC + address.getRawAuthority().replaceFirst(".*@", "") + address.getRawPath() + query,
        decode(credentials[0]),
        Secret.of(decode(credentials[1])),
        1,
        Duration.ofSeconds(10));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
