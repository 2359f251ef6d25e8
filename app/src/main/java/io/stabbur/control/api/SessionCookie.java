package io.stabbur.control.api;

import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.stabbur.control.operator.SignIn;
import jakarta.inject.Singleton;
import java.time.Duration;

/// The cookie of an operator's session: no script reads it, no page of another site sends it, and
/// it is sent over TLS alone where the public address has it.
@Singleton
public final class SessionCookie {
  private final ConsoleUrl console;

  SessionCookie(ConsoleUrl console) {
    this.console = console;
  }

  /// The cookie of a session that began.
  public Cookie of(SignIn.Begun begun) {
    return cookie(begun.token()).maxAge(begun.lasts());
  }

  /// Makes the browser forget it.
  public Cookie none() {
    return cookie("").maxAge(Duration.ZERO);
  }

  private Cookie cookie(String value) {
    return Cookie.of(SignIn.COOKIE, value)
        .path("/")
        .httpOnly(true)
        .secure(console.isSecure())
        .sameSite(SameSite.Strict);
  }
}
