package io.stabbur.project.replica;

import io.stabbur.platform.db.Login;
import java.time.Duration;

/// How standbys are connected to: an address that does not answer is given up after seconds, so
/// that the primary answers instead.
final class ReplicaLogin {
  private static final Duration WATCH = Duration.ofSeconds(3);

  private ReplicaLogin() {}

  static Login forReads(Login login) {
    return with(login, "connectTimeout=2&loginTimeout=3");
  }

  static Login forWatching(Login login) {
    var url = with(login, "connectTimeout=2&loginTimeout=3&socketTimeout=3").url();
    return new Login(url, login.user(), login.password(), 1, WATCH);
  }

  private static Login with(Login login, String options) {
    return login.at(login.url() + (login.url().contains("?") ? "&" : "?") + options);
  }
}
