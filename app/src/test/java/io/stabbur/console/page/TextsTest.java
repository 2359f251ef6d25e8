package io.stabbur.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.Refused;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /// Where what operators ask for is refused.
  private static final List<String> REFUSING =
      List.of("control", "moving/organization", "operations/backup", "organization/rows");

  private static final Pattern CODE =
      Pattern.compile("(?:[rR]efused|conflict)\\(\\s*(?:\\d+,\\s*)?\"([a-z]+(?:_[a-z]+)*)\",");

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
  void everyCodeByWhichOperatorsAreRefusedHasWords() throws IOException {
    var codes = new TreeSet<String>();
    for (var folder : REFUSING) {
      try (var files = Files.walk(APP.resolve("src/main/java/io/stabbur/" + folder))) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          CODE.matcher(Files.readString(file))
              .results()
              .forEach(found -> codes.add(found.group(1)));
        }
      }
    }
    assertThat(codes).hasSizeGreaterThan(30).contains("project_exists", "move_busy", "backup_off");
    var texts = Texts.in(Language.NB);
    assertThat(codes).allMatch(code -> texts.has("error." + code));
  }

  @Test
  void aRefusalIsToldInTheReadersLanguageAlone() {
    var texts = Texts.in(Language.NB);
    var exists = new Refused(400, "project_exists", "There is a project korps already");
    assertThat(Refusals.of(exists, texts, "projects.refused"))
        .isEqualTo(new Refusals.Words("error.project_exists", ""));
    var room = new Refused(409, "no_room", "A copy needs about 7 MB on the disk");
    assertThat(Refusals.of(room, texts, "people.refused"))
        .as("what the words leave out")
        .isEqualTo(new Refusals.Words("error.no_room", "A copy needs about 7 MB on the disk"));
    var unknown = new Refused(400, "nothing_like_it", "Some sentence");
    assertThat(Refusals.of(unknown, texts, "people.refused"))
        .isEqualTo(new Refusals.Words("people.refused", "Some sentence"));
  }
}
