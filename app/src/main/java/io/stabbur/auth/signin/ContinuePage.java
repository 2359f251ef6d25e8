package io.stabbur.auth.signin;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.stabbur.auth.request.AuthRequest;

/// A page with one button, for links that a mail system may have opened before the reader does.
final class ContinuePage {
  private ContinuePage() {}

  static HttpResponse<?> of(HttpRequest<?> request, AuthRequest authRequest) {
    boolean norwegian = authRequest.language().matches("(?i)(nb|nn|no)([-_].*)?");
    var title = norwegian ? "Fortsett" : "Continue";
    var text = norwegian ? "Trykk på knappen for å fortsette." : "Press the button to go on.";
    var fields = new StringBuilder();
    for (var parameter : request.getParameters()) {
      fields
          .append("<input type=\"hidden\" name=\"")
          .append(escape(parameter.getKey()))
          .append("\" value=\"")
          .append(escape(String.join("", parameter.getValue())))
          .append("\">");
    }
    return HttpResponse.ok(
            """
            <!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s</title>
            <meta name="viewport" content="width=device-width"></head>
            <body><form method="get"><p>%s</p>%s<input type="hidden" name="confirmed" value="1">
            <button>%s</button></form></body></html>
            """
                .formatted(norwegian ? "nb" : "en", title, text, fields, title))
        .contentType(MediaType.TEXT_HTML_TYPE)
        .header("Cache-Control", "no-store")
        .header("Referrer-Policy", "no-referrer")
        // no form-action: browsers apply it to the redirect that follows, which leads to the app
        .header(
            "Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
