package io.stabbur.console.page;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;

/// What pages name: how they look and the script of live logs, under a version so that they may be
/// kept for long, and the icon.
@Controller("/console")
@Secured(SecurityRule.IS_ANONYMOUS)
final class AssetsController {
  private static final String LONG = "public, max-age=31536000, immutable";
  private static final String DAY = "public, max-age=86400";
  private static final String ICON =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#2b8079" \
      stroke-width="2.2" stroke-linejoin="round"><path d="M3 13 16 4l13 9M6 11.5V23h20V11.5M9 \
      23v5M23 23v5M5 28h22M13 23v-7h6v7"/></svg>
      """;

  @Get("/console.css")
  HttpResponse<?> css() {
    return asset(Asset.STYLE.text(), "text/css; charset=utf-8", LONG);
  }

  @Get("/live.js")
  HttpResponse<?> live() {
    return asset(Asset.LIVE.text(), "text/javascript; charset=utf-8", LONG);
  }

  @Get("/icon.svg")
  HttpResponse<?> icon() {
    return asset(ICON, "image/svg+xml", DAY);
  }

  private static HttpResponse<?> asset(String text, String type, String kept) {
    return HttpResponse.ok(text)
        .contentType(type)
        .header("Cache-Control", kept)
        .header("Content-Security-Policy", "default-src 'none'")
        .header("X-Content-Type-Options", "nosniff");
  }
}
