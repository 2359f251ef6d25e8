package io.stabbur.console.page;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.stabbur.control.api.ConsoleUrl;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;

/// Makes the frame of a page for a request.
@Singleton
public final class Frames {
  private static final int CSRF_BYTES = 24;

  private final ZoneId zone;
  private final String base;
  private final Clock clock;

  Frames(ConsoleSettings settings, ConsoleUrl console, Clock clock) {
    this.zone = settings.zone();
    this.clock = clock;
    this.base = console.base();
  }

  /// The address of a page below `/console`.
  public String at(String page) {
    return base + "/console" + page;
  }

  /// The frame of a page.
  ///
  /// @param title its key
  public Frame of(HttpRequest<?> request, Section section, String title) {
    var texts = Texts.in(Language.of(request));
    var done = request.getParameters().get("done");
    return new Frame(
        texts,
        new Moments(texts, zone, clock),
        RequestContext.of(request).get(SignedIn.class).orElse(null),
        section,
        title,
        base,
        path(request, section),
        csrf(request),
        done != null && texts.has("done." + done) ? "done." + done : null,
        null,
        null);
  }

  /// Where the page is shown again: what a form was sent to shows its section.
  private static String path(HttpRequest<?> request, Section section) {
    return request.getMethod() == HttpMethod.GET || section == Section.NONE
        ? PagePath.of(request.getPath().replaceFirst("^/console", ""))
        : section.path();
  }

  /// What the forms of this request's page must send: of the session, or before the sign-in what
  /// the cookie has, which is made with the first page.
  private static String csrf(HttpRequest<?> request) {
    var context = RequestContext.of(request);
    return context
        .get(SignedIn.class)
        .map(SignedIn::session)
        .map(SignedIn.Session::csrf)
        .or(() -> request.getCookies().findCookie(FormToken.COOKIE).map(Cookie::getValue))
        .filter(FormToken::isWellFormed)
        .orElseGet(() -> fresh(context));
  }

  private static String fresh(RequestContext context) {
    var made =
        context.get(FormToken.class).orElseGet(() -> new FormToken(Crypto.randomText(CSRF_BYTES)));
    context.put(FormToken.class, made);
    return made.text();
  }

  /// A new token for forms before the sign-in, which the answer sets as a cookie.
  static Optional<FormToken> made(HttpRequest<?> request) {
    return RequestContext.of(request).get(FormToken.class);
  }
}
