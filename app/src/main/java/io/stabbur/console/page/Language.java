package io.stabbur.console.page;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A language of the pages.
public enum Language {
  NB("nb", "Norsk"),
  EN("en", "English");

  /// The cookie that remembers the choice of a person.
  static final String COOKIE = "stabbur_language";

  /// The parameter with which a page is asked for in a language, which is remembered then.
  static final String PARAMETER = "language";

  private final String tag;
  private final String ownName;

  Language(String tag, String ownName) {
    this.tag = tag;
    this.ownName = ownName;
  }

  /// Who reads it: languages as browsers name them.
  private List<String> readers() {
    return switch (this) {
      case NB -> List.of("nb", "no", "nn", "da", "sv");
      case EN -> List.of("en");
    };
  }

  /// As HTML names it.
  public String tag() {
    return tag;
  }

  /// Its name in itself.
  public String ownName() {
    return ownName;
  }

  public Locale locale() {
    return this == NB ? Locale.forLanguageTag("nb-NO") : Locale.UK;
  }

  public static Optional<Language> of(String tag) {
    return List.of(values()).stream().filter(each -> each.tag.equals(tag)).findFirst();
  }

  /// What the link says that was followed just now.
  static Optional<Language> chosen(HttpRequest<?> request) {
    return Optional.ofNullable(request.getParameters().get(PARAMETER)).flatMap(Language::of);
  }

  /// What the person chose; else the first the browser asks for that there is; else English.
  static Language of(HttpRequest<?> request) {
    return chosen(request)
        .or(
            () ->
                request.getCookies().findCookie(COOKIE).map(Cookie::getValue).flatMap(Language::of))
        .orElseGet(() -> wanted(request.getHeaders().get(HttpHeaders.ACCEPT_LANGUAGE)));
  }

  private static Language wanted(@org.jspecify.annotations.Nullable String header) {
    try {
      var ranges = Locale.LanguageRange.parse(header == null ? "en" : header);
      for (var range : ranges) {
        var primary = range.getRange().split("-", 2)[0];
        for (var each : values()) {
          if (each.readers().contains(primary)) {
            return each;
          }
        }
      }
    } catch (IllegalArgumentException _) {
      return EN;
    }
    return EN;
  }
}
