package io.stabbur.console.expert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.operations.statement.OperatorStatements.Done;
import io.stabbur.operations.statement.OperatorStatements.NotOne;
import io.stabbur.operations.statement.RowForm;
import io.stabbur.platform.db.AdHocStatement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a form of a row changes. The row has the key `id` and the column `word`.
class RowPageTest {
  private static final RowForm.Place PLACE =
      new RowForm.Place("app", "my notes", Map.of("id", "7"));

  private static RowPage page(@Nullable String word) {
    var table =
        new AdHocStatement.Table(
            List.of("version", "id", "word"),
            List.of(Arrays.asList("(0,1) 9", "7", word)),
            false,
            -1);
    return RowPage.of(PLACE, "service_role", "", new Done(table, 3));
  }

  /// @param fields such as `value-1=a&null-1=`
  private static ConsoleForm form(String fields) {
    var sent = new HashMap<String, String>();
    for (var field : fields.split("&", -1)) {
      int equals = field.indexOf('=');
      sent.put(field.substring(0, equals), field.substring(equals + 1).replace("/", "\r\n"));
    }
    return new ConsoleForm(sent);
  }

  private static Map<String, @Nullable String> changed(@Nullable String to) {
    var changes = new LinkedHashMap<String, @Nullable String>();
    changes.put("word", to);
    return changes;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          a    | value-1=b            | b
          a    | value-1=             | ''
          a    | value-1=a&null-1=on  | null
          a    | value-1=b&null-1=on  | null
          a    | value-1=&null-1=     | null
          null | value-1=             | ''
          null | value-1=b            | b
          null | value-1=b&null-1=on  | b
          ''   | value-1=&null-1=on   | null
          a    | value-1= a           | ' a'
          a    | value-1=å 😀         | å 😀
          a    | value-1=null         | null
          """)
  void aColumnGetsWhatTheFormSays(@Nullable String was, String fields, @Nullable String now) {
    var changes = page(was).with(form("version=v&" + fields)).changes();

    boolean isTheWord = fields.equals("value-1=null");
    assertThat(changes).isEqualTo(changed(isTheWord ? "null" : now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          a    | value-1=a
          ''   | value-1=
          null | value-1=&null-1=on
          a    | version=v
          null | version=v
          null | null-1=on
          a    | null-1=on
          a    | value-2=b
          a    | value-0=8
          a    | value-0=8&null-0=on
          """)
  void whatTheFormDoesNotChangeStays(@Nullable String was, String fields) {
    assertThat(page(was).with(form(fields)).changes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one\ntwo", "one\r\ntwo", "one\r\n\r\ntwo\n", "\n"})
  void endsOfLinesThatABrowserRewritesAreNoChange(String was) {
    var sent = was.replace("\r\n", "\n").replace("\n", "/");

    assertThat(page(was).with(form("value-1=" + sent)).changes()).isEmpty();
    assertThat(page(was).with(form("value-1=" + sent + "!")).changes())
        .isEqualTo(changed(was.replace("\r\n", "\n") + "!"));
  }

  @ParameterizedTest
  @CsvSource({"10000, true", "10001, false"})
  void aValueThatDoesNotFitTheFormIsNotChanged(int length, boolean fits) {
    var page = page("a".repeat(length));

    assertThat(page.fields().getLast().fits()).isEqualTo(fits);
    assertThat(page.with(form("value-1=b")).changes().isEmpty()).isEqualTo(!fits);
  }

  @Test
  void theVersionIsThatOfTheForm() {
    assertThat(page("a").version()).isEqualTo("(0,1) 9");
    assertThat(page("a").with(form("version=(0,1) 8")).version()).isEqualTo("(0,1) 8");
  }

  @Test
  void aRowThatIsNotThereHasNoFields() {
    var none = new AdHocStatement.Table(List.of("version", "id", "word"), List.of(), false, -1);
    for (var outcome : List.of(new NotOne(), new Done(none, 1))) {
      var page = RowPage.of(PLACE, "", "kari", outcome);

      assertThat(page.fields()).isEmpty();
      assertThat(page.outcome()).isEqualTo(outcome);
    }
  }

  @Test
  void columnsOfOtherNamesAreOtherColumns() {
    var renamed =
        new AdHocStatement.Table(
            List.of("version", "id", "words"), List.of(List.of("v", "7", "a")), false, -1);
    var other = RowPage.of(PLACE, "service_role", "", new Done(renamed, 1));

    assertThat(page("b").columns()).isEqualTo(page("a").columns()).isNotEqualTo(other.columns());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          anon          | ''           | &as=anon
          authenticated | å b&as=x     | &as=authenticated&person=%C3%A5+b%26as%3Dx
          """)
  void theSameIsShownAgainAsTheSame(String role, String person, String viewer) {
    var page = RowPage.of(PLACE, role, person, new NotOne());

    assertThat(page.viewer()).isEqualTo(viewer);
    assertThat(page.table()).isEqualTo("/expert/tables/app/my%20notes");
    assertThat(page.path("main")).isEqualTo("/expert/tables/main/app/my%20notes");
  }
}
