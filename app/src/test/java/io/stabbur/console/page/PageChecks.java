package io.stabbur.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.operator.Role;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// What must hold for a page.
public final class PageChecks {
  private static final Pattern TITLE = Pattern.compile("<title>([^<]+)</title>");
  private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");
  private static final Pattern ADDRESS = Pattern.compile(" (?:href|src|action)=\"([^\"]*)\"");

  private static final Pattern SCRIPT =
      Pattern.compile(
          "<script nonce=\"([A-Za-z0-9_-]{20,})\" src=\"/console/live\\.js\\?v=[0-9a-f]+\""
              + " defer></script>");

  /// The pages that have the script of live pages, and the answers to their forms.
  private static final Pattern LIVE =
      Pattern.compile(
          "/console/(backups(/[^/]+/(copy|download)(/make)?)?"
              + "|organizations/[^/]+/[^/]+/(move|restore)(/[a-z]+)?"
              + "|visibility(/[^/]+(/try)?)?"
              + "|expert/(log|realtime|functions/[^/]+))");

  /// Words that nearly every sentence of a language has, and the other one never.
  private static final Map<Language, Pattern> USUAL =
      Map.of(
          Language.NB,
          words("og|ikke|som|på|til|av|det|er|med|har|kan|blir|ble|ingen|alle|å"),
          Language.EN,
          words("the|and|of|with|not|is|are|was|were|has|have|this|that|nobody|you|your|it"));

  /// Names as programs have them.
  private static final Pattern NAME = Pattern.compile("\\b[a-z]+(_[a-z]+)+\\b");

  private PageChecks() {}

  private static Pattern words(String words) {
    return Pattern.compile(
        "\\b(" + words + ")\\b", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);
  }

  /// Those of the texts, each on a line, that are of the other language.
  public static List<String> foreign(Language language, String texts) {
    var other = language == Language.NB ? Language.EN : Language.NB;
    var own = new HashSet<String>();
    Texts.in(language).keys().forEach(key -> own.add(Texts.in(language).raw(key)));
    var foreign = new HashSet<String>();
    Texts.in(other).keys().forEach(key -> foreign.add(Texts.in(other).raw(key)));
    foreign.removeAll(own);
    var usual = Objects.requireNonNull(USUAL.get(other));
    return texts
        .lines()
        .filter(each -> foreign.contains(each) || usual.matcher(each).find())
        .toList();
  }

  /// Those of the texts, each on a line, that have words of engineers or names of programs.
  public static List<String> engineers(String texts) {
    return texts
        .lines()
        .filter(each -> TextsTest.JARGON.matcher(each).find() || hasName(each))
        .toList();
  }

  private static final List<String> EXPERT =
      List.of(
          "tables",
          "statement",
          "storage",
          "users",
          "policies",
          "statements",
          "requests",
          "log",
          "functions",
          "realtime",
          "metrics",
          "replicas",
          "migrations");

  /// The pages of the navigation and those beside it, as an owner sees them.
  public static List<String> pages() {
    return pages("owner");
  }

  /// Those that a role opens.
  public static List<String> pages(String role) {
    var pages = new ArrayList<String>();
    boolean isExpert = Role.of(role).rights().contains(Role.OPERATORS);
    Section.all().stream()
        .filter(section -> Role.of(role).rights().contains(section.needed().text()))
        .forEach(section -> pages.add(section.path()));
    if (isExpert) {
      EXPERT.forEach(page -> pages.add("/expert/" + page));
    }
    pages.addAll(List.of("/style", "/second-factor"));
    return pages;
  }

  /// Names in quotes are meant to be shown.
  private static boolean hasName(String text) {
    return NAME.matcher(text.replaceAll("«[^»]*»|“[^”]*”", "")).find();
  }

  public static String title(String body) {
    var found = TITLE.matcher(body);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  /// No script but the one of live pages, and that on no other page, nothing inline and nothing
  /// from elsewhere, and headers that let none in.
  public static void requireSound(String name, HttpResponse<String> answer) {
    var headers = answer.headers();
    assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
        .as(name)
        .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
        .doesNotContain("unsafe");
    assertThat(headers.firstValue("X-Frame-Options")).as(name).hasValue("DENY");
    assertThat(headers.firstValue("Cache-Control")).as(name).hasValue("no-store");
    assertThat(headers.firstValue("X-Content-Type-Options")).as(name).hasValue("nosniff");
    var script = SCRIPT.matcher(answer.body());
    boolean isLive = script.find();
    if (isLive) {
      assertThat(answer.uri().getPath()).as(name).matches(LIVE);
      requireSoundLive(name, answer);
    }
    var body = isLive ? script.replaceFirst("") : answer.body();
    assertThat(body)
        .as(name)
        .doesNotContain("<script", "javascript:", " style=\"", "<style", "<iframe", "sb_secret_");
    assertThat(body).as(name).doesNotContainPattern(" on[a-z]+=\"");
    ADDRESS
        .matcher(body)
        .results()
        .forEach(found -> assertThat(found.group(1)).as(name).matches("(/console.*|#[a-z0-9-]+)"));
    var ids = new HashSet<String>();
    ID.matcher(body).results().forEach(id -> assertThat(ids.add(id.group(1))).as(name).isTrue());
    assertThat(body.split("<h1", -1)).as(name).hasSize(2);
  }

  /// The same of a page that has the script of live logs, and no other.
  public static void requireSoundLive(String name, HttpResponse<String> answer) {
    var policy = answer.headers().firstValue("Content-Security-Policy").orElse("");
    var script = SCRIPT.matcher(answer.body());
    assertThat(script.find()).as(name).isTrue();
    assertThat(policy)
        .as(name)
        .contains("default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'")
        .contains("script-src 'nonce-" + script.group(1) + "'")
        .doesNotContain("unsafe");
    assertThat(script.replaceFirst("")).as(name).doesNotContain("<script", "javascript:");
  }

  /// No words of engineers in what is shown.
  public static void requirePlainWords(String name, String body) {
    var shown = body.replaceAll("(?s)<head>.*?</head>|<code[^>]*>.*?</code>|<[^>]*>", " ");
    assertThat(shown).as(name).doesNotContainPattern(TextsTest.JARGON);
  }

  /// No form but those that leave the account's rights alone.
  public static void requireNoForms(String name, String body) {
    Pattern.compile("<form[^>]* method=\"post\" action=\"([^\"]+)\"")
        .matcher(body)
        .results()
        .forEach(
            form ->
                assertThat(form.group(1))
                    .as(name)
                    .matches("/console/(sign-out|second-factor.*|account.*)"));
  }
}
