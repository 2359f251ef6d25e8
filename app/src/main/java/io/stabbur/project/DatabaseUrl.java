package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `postgresql://user:password@host:port/name?options`, the form that psql, hosters and the
/// Supabase CLI use. User and password are percent-encoded in it, and may be absent.
///
/// @param jdbc the same address for the JDBC driver, without user and password
public record DatabaseUrl(String jdbc, @Nullable String user, @Nullable Secret password) {
  private static final String JDBC = "jdbc:postgresql://";
  private static final Pattern FORM =
      Pattern.compile(
          "(?:jdbc:)?postgres(?:ql)?://(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<rest>[^@/?]+(?:[/?][^@]*)?)");

  private static final Pattern CREDENTIALS = Pattern.compile("[?&](user|password)=");

  /// Understands what an operator wrote. What cannot be understood is not repeated, since a
  /// password may stand in it.
  public static DatabaseUrl parse(String url) {
    var matcher = FORM.matcher(url.strip());
    if (!matcher.matches() || CREDENTIALS.matcher(matcher.group("rest")).find()) {
      throw new StartFailure(
          "A database-url must look like postgresql://user:password@host:port/name, with special signs of user and password percent-encoded; write them as admin-user and admin-password to leave them as they are.");
    }
    var user = matcher.group("user");
    var password = matcher.group("password");
    return new DatabaseUrl(
        JDBC + forDriver(matcher.group("rest")),
        user == null || user.isEmpty() ? null : decode(user),
        password == null ? null : Secret.of(decode(password)));
  }

  /// The driver's address of a standby. It is logged in to as to the primary.
  static String standby(String url) {
    var parsed = parse(url);
    if (parsed.user() != null) {
      throw new StartFailure(
          "A read-url must look like postgresql://host:port/name; replicas are logged in to with api-user and api-password, as the primary is.");
    }
    return parsed.jdbc();
  }

  /// The driver's address of a pooler. It is logged in to as to the database.
  static String pooler(String url) {
    var parsed = parse(url);
    if (parsed.user() != null) {
      throw new StartFailure(
          "A pooler-url must look like postgresql://host:port/name; the pooler is logged in to with api-user and api-password, as the database is.");
    }
    return parsed.jdbc();
  }

  /// Options under the names of psql and libpq, which the driver calls otherwise. Of several hosts
  /// one that was not reachable is tried again soon.
  private static String forDriver(String rest) {
    int question = rest.indexOf('?');
    var place = question < 0 ? rest : rest.substring(0, question);
    var options = new ArrayList<String>();
    if (question >= 0) {
      for (var option : rest.substring(question + 1).split("&", -1)) {
        var parts = option.split("=", 2);
        options.add(
            switch (parts[0]) {
              case "target_session_attrs" ->
                  "targetServerType=" + serverType(parts.length < 2 ? "" : parts[1]);
              case "connect_timeout" -> "connectTimeout=" + (parts.length < 2 ? "" : parts[1]);
              case "application_name" -> "ApplicationName=" + (parts.length < 2 ? "" : parts[1]);
              default -> option;
            });
      }
    }
    if (place.contains(",")) {
      addUnlessGiven(options, "hostRecheckSeconds", "2");
      addUnlessGiven(options, "connectTimeout", "5");
    }
    return options.isEmpty() ? place : place + "?" + String.join("&", options);
  }

  private static void addUnlessGiven(List<String> options, String name, String value) {
    if (options.stream().noneMatch(option -> option.startsWith(name + "="))) {
      options.add(name + "=" + value);
    }
  }

  private static String serverType(String attributes) {
    return switch (attributes) {
      case "any" -> "any";
      case "read-write", "primary" -> "primary";
      case "read-only", "standby" -> "secondary";
      case "prefer-standby" -> "preferSecondary";
      default ->
          throw new StartFailure(
              "target_session_attrs of a database-url must be read-write, primary, read-only, standby, prefer-standby or any.");
    };
  }

  /// The address of a database as its tools take it, password included.
  public static String of(Login login) {
    return "postgresql://"
        + encode(login.user())
        + ":"
        + encode(login.password().reveal())
        + "@"
        + login.url().substring(JDBC.length());
  }

  /// One connection to the database, for whoever has its whole address.
  public Login login() {
    if (user == null || password == null) {
      throw new StartFailure("The database's address lacks user or password.");
    }
    return new Login(jdbc, user, password, 1, Duration.ofSeconds(10));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(
          "A database-url has user or password wrongly percent-encoded; write a percent sign as %25.",
          e);
    }
  }
}
