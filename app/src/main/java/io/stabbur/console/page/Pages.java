package io.stabbur.console.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.stabbur.control.api.ConsoleUrl;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;

/// Answers with pages. A page has nothing from elsewhere and no script, but for logs that are shown
/// as they are written and for work that goes on, and its policy lets none in.
@Singleton
public final class Pages {
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors"
          + " 'none'; base-uri 'none'";

  /// What a page may besides that has a script of ours, which bears the page's mark and asks this
  /// address for what is new.
  private static final String LIVE = POLICY + "; connect-src 'self'; script-src 'nonce-%s'";

  private static final Duration LANGUAGE_LIFE = Duration.ofDays(365);

  private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);
  private final ConsoleUrl console;

  Pages(ConsoleUrl console) {
    this.console = console;
  }

  public MutableHttpResponse<?> show(HttpRequest<?> request, String template, Page page) {
    return show(request, HttpStatus.OK, template, page);
  }

  /// The answer with a page.
  ///
  /// @param template its name in `src/main/jte`, without the ending
  public MutableHttpResponse<?> show(
      HttpRequest<?> request, HttpStatus status, String template, Page page) {
    var output = new StringOutput();
    engine.render(template + ".jte", page, output);
    var response =
        plain(HttpResponse.<String>status(status))
            .contentType(MediaType.of("text/html; charset=utf-8"))
            .body(output.toString());
    var watch = page.frame().watch();
    if (watch != null) {
      response.getHeaders().set("Content-Security-Policy", LIVE.formatted(watch.mark()));
    }
    Frames.made(request)
        .ifPresent(token -> response.cookie(cookie(FormToken.COOKIE, token.text()).httpOnly(true)));
    Language.chosen(request).ifPresent(language -> response.cookie(remembered(language)));
    return response;
  }

  /// The answer with a page that has a script of ours.
  ///
  /// @param mark by which the page names the script, made for this answer alone
  public MutableHttpResponse<?> showLive(
      HttpRequest<?> request, String template, Page page, String mark) {
    var response = show(request, HttpStatus.OK, template, page);
    response.getHeaders().set("Content-Security-Policy", LIVE.formatted(mark));
    return response;
  }

  /// The headers of every answer, whatever an answer had of them before.
  public <T> MutableHttpResponse<T> plain(MutableHttpResponse<T> response) {
    response
        .getHeaders()
        .set("Content-Security-Policy", POLICY)
        .set("Referrer-Policy", "no-referrer")
        .set("X-Content-Type-Options", "nosniff")
        .set("X-Frame-Options", "DENY")
        .set("Cross-Origin-Opener-Policy", "same-origin")
        .set("Cross-Origin-Resource-Policy", "same-origin")
        .set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        .set("Cache-Control", "no-store");
    return response;
  }

  /// Goes to another page with GET.
  public MutableHttpResponse<?> go(String address) {
    return plain(HttpResponse.seeOther(URI.create(address)));
  }

  private Cookie remembered(Language language) {
    return cookie(Language.COOKIE, language.tag()).maxAge(LANGUAGE_LIFE);
  }

  private Cookie cookie(String name, String value) {
    return Cookie.of(name, value).path("/").secure(console.isSecure()).sameSite(SameSite.Strict);
  }
}
