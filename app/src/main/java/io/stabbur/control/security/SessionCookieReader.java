package io.stabbur.control.security;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.security.token.reader.TokenReader;
import io.stabbur.control.operator.SignIn;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The token that a browser's cookie brings. The framework's own reader of cookies belongs to its
/// sign-in, which is not used.
@Singleton
final class SessionCookieReader implements TokenReader<HttpRequest<?>> {
  @Override
  public Optional<String> findToken(HttpRequest<?> request) {
    return request.getCookies().findCookie(SignIn.COOKIE).map(Cookie::getValue);
  }
}
