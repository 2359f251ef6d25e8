package io.stabbur.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Both languages have every text, and say it in words of everybody.
class TextsTest {
  private static final Pattern PLACE = Pattern.compile("\\{\\w+}");
  private static final Pattern USED =
      Pattern.compile("(?:frame\\.t|texts\\(\\)\\.of)\\(\"([a-z][a-z0-9.-]+)\"\\s*[,)]");
  private static final Path APP = TestServer.repository().resolve("app");

  /// Words of engineers, which stand on expert pages alone.
  static final Pattern JARGON =
      Pattern.compile(
          "\\b(rls|jwt|schemas?|buckets?|slots?|wal|lsn|sql|csrf|uuid|json|api|endpoints?|tokens?"
              + "|postgres|policy|policies|replica|query|vacuum|webhook|backend|totp|2fa|oauth)\\b",
          Pattern.CASE_INSENSITIVE);

  @Test
  void bothLanguagesHaveTheSameTextsWithTheSamePlaces() {
    var english = Texts.in(Language.EN);
    var norwegian = Texts.in(Language.NB);
    assertThat(norwegian.keys()).containsExactlyInAnyOrderElementsOf(english.keys());
    for (var key : english.keys()) {
      assertThat(places(norwegian, key)).as(key).isEqualTo(places(english, key));
    }
  }

  private static Set<String> places(Texts texts, String key) {
    var places = new TreeSet<String>();
    PLACE.matcher(texts.raw(key)).results().forEach(found -> places.add(found.group()));
    return places;
  }

  @Test
  void noTextIsEmptyAndNoneHasWordsOfEngineersOutsideTheExpertPages() {
    for (var language : Language.values()) {
      var texts = Texts.in(language);
      for (var key : texts.keys()) {
        assertThat(texts.raw(key)).as(key).isNotBlank();
        if (!key.startsWith("expert.")) {
          assertThat(texts.raw(key)).as(key).doesNotContainPattern(JARGON);
        }
      }
    }
  }

  @Test
  void whatTemplatesAndPagesNameIsThere() throws IOException {
    var texts = Texts.in(Language.EN);
    for (var folder : new String[] {"src/main/jte", "src/main/java/io/stabbur/console"}) {
      try (var files = Files.walk(APP.resolve(folder))) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          USED.matcher(Files.readString(file))
              .results()
              .map(found -> found.group(1))
              .filter(key -> !key.endsWith("."))
              .forEach(key -> assertThat(texts.has(key)).as(file + ": " + key).isTrue());
        }
      }
    }
  }

  @Test
  void everyAlertHasWordsAndAdvice() throws IOException {
    var texts = Texts.in(Language.NB);
    var rules =
        Files.readString(APP.resolve("src/main/resources/io/stabbur/operations/alert/rules.yml"));
    var names = Pattern.compile("(?m)^- name: (\\w+)").matcher(rules).results().toList();
    assertThat(names).hasSizeGreaterThan(30);
    for (var name : names) {
      assertThat(texts.has("alert." + name.group(1))).as(name.group(1)).isTrue();
      assertThat(texts.has("alert." + name.group(1) + ".do")).as(name.group(1)).isTrue();
    }
  }

  @Test
  void everySentenceOfAFacadeThatIsKnownHasWords() {
    var texts = Texts.in(Language.NB);
    assertThat(Refusals.keys()).isNotEmpty().allMatch(texts::has);
  }
}
