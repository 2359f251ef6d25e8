package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.Preferences.Count;
import io.stabbur.data.request.Preferences.End;
import io.stabbur.data.request.Preferences.EndChoice;
import io.stabbur.data.request.Preferences.Handling;
import io.stabbur.data.request.Preferences.Missing;
import io.stabbur.data.request.Preferences.Resolution;
import io.stabbur.data.request.Preferences.Return;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreferencesTest {
  @ParameterizedTest
  @EnumSource(Resolution.class)
  void resolutions(Resolution resolution) {
    assertThat(parse(resolution.spelling()).resolution()).isEqualTo(resolution);
  }

  @ParameterizedTest
  @EnumSource(Return.class)
  void representations(Return representation) {
    var preferences = parse(representation.spelling());

    assertThat(preferences.representation()).isEqualTo(representation);
    assertThat(preferences.wantsRows()).isEqualTo(representation == Return.REPRESENTATION);
  }

  @ParameterizedTest
  @EnumSource(Count.class)
  void counts(Count count) {
    assertThat(parse(count.spelling()).count()).isEqualTo(count);
  }

  @ParameterizedTest
  @EnumSource(Missing.class)
  void valuesThatAreMissing(Missing missing) {
    assertThat(parse(missing.spelling()).missing()).isEqualTo(missing);
  }

  @ParameterizedTest
  @EnumSource(Handling.class)
  void handlings(Handling handling) {
    assertThat(parse(handling.spelling()).handling()).isEqualTo(handling);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void theEndIsChosenOnlyWhereThatIsAllowed(End end) {
    assertThat(parse(end.spelling()).end()).isEqualTo(end);

    var refused = Preferences.parse(List.of(end.spelling()), EndChoice.REFUSED);
    assertThat(refused.end()).isNull();
    assertThat(refused.unknown()).as("it is known, and has no effect").isEmpty();
  }

  @Test
  void linesAndCommasAreAlike() {
    assertThat(parse("return=minimal, count=exact"))
        .isEqualTo(parse("return=minimal", "count=exact"));
    assertThat(parse()).isEqualTo(Preferences.NONE);
  }

  @Test
  void theFirstOfSeveralCounts() {
    assertThat(parse("count=exact,count=planned").count()).isEqualTo(Count.EXACT);
    assertThat(parse("max-affected=1", "max-affected=2").maxAffected()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"max-affected=10, 10", "max-affected=0, 0", "max-affected=-1, -1", "max-affected=x,"})
  void mostRowsAffected(String line, @Nullable Long most) {
    assertThat(parse(line).maxAffected()).isEqualTo(most);
    assertThat(parse(line).unknown()).isEmpty();
  }

  @Test
  void theTimeZoneIsTakenAsItIs() {
    assertThat(parse("timezone=Europe/Oslo").timezone()).isEqualTo("Europe/Oslo");
  }

  @Test
  void spellingsAreExact() {
    var preferences = parse("Return=minimal", "return = minimal", "count=all");

    assertThat(preferences.representation()).isNull();
    assertThat(preferences.count()).isNull();
    assertThat(preferences.unknown())
        .containsExactly("Return=minimal", "return = minimal", "count=all");
  }

  @Test
  void onlyStrictHandlingRefusesWhatIsUnknown() {
    assertThatCode(() -> parse("x=y").requireKnown()).doesNotThrowAnyException();
    assertThatCode(() -> parse("x=y", "handling=lenient").requireKnown())
        .doesNotThrowAnyException();
    assertThatCode(() -> parse("count=exact", "handling=strict").requireKnown())
        .doesNotThrowAnyException();
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> parse("x=y, handling=strict, z").requireKnown())
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(new DataError.InvalidPreferences(List.of("x=y", "z"))));
  }

  private static Preferences parse(String... lines) {
    return Objects.requireNonNull(Preferences.parse(List.of(lines), EndChoice.ALLOWED));
  }
}
