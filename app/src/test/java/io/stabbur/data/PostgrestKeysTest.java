package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.plan.PlanRules.Permission;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Settings from our own file and from the database: which one wins, and how texts become values.
class PostgrestKeysTest {
  @Test
  void ourOwnSettingsAreThereUnderTheNamesOfPostgrest() {
    var keys = PostgrestKeys.of(settings(1000));

    assertThat(keys.list("db-schemas", List.of())).containsExactly("public", "api");
    assertThat(keys.count("db-max-rows")).isEqualTo(1000);
    assertThat(keys.text("db-planned-counts", "")).isEqualTo("own-rows");
    assertThat(keys.text("db-tx-end", "")).isEqualTo("commit");
    assertThat(keys.permission("db-plan-enabled")).isEqualTo(Permission.REFUSED);
    assertThat(keys.permission("db-aggregates-enabled")).isEqualTo(Permission.GRANTED);
    assertThat(keys.optional("db-pre-request")).isNull();
    assertThat(keys.text("client-error-verbosity", "")).isEqualTo("verbose");
  }

  @Test
  void noLimitOfRowsIsNoNumber() {
    assertThat(PostgrestKeys.of(settings(0)).number("db-max-rows")).isNull();
    assertThat(PostgrestKeys.of(settings(0)).count("db-max-rows")).isZero();
  }

  @Test
  void theDatabaseWins() {
    var keys =
        PostgrestKeys.of(settings(1000))
            .database(
                Map.of("db_max_rows", "7", "db_schemas", "one, two", "db_plan_enabled", "true"));

    assertThat(keys.count("db-max-rows")).isEqualTo(7);
    assertThat(keys.list("db-schemas", List.of())).containsExactly("one", "two");
    assertThat(keys.permission("db-plan-enabled")).isEqualTo(Permission.GRANTED);
    assertThat(keys.text("db-tx-end", "")).isEqualTo("commit");
  }

  @Test
  void nothingInTheDatabaseTakesOurOwnSettingAway() {
    var keys = PostgrestKeys.of(settings(1000)).database(Map.of("db_max_rows", ""));

    assertThat(keys.number("db-max-rows")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "- | a;b",
        "`` | ``",
        "`,` | ``",
        "` , ,` | ``",
        "x | x",
        "x,y | x;y",
        "` x , y ` | x;y",
        "x,,y | x;y",
        "x,x | x;x",
        "\"x y\" | \"x y\""
      })
  void aListThatIsSetToNothingIsEmptyAndNotTheDefault(@Nullable String value, String list) {
    var expected = Arrays.stream(list.split(";", -1)).filter(each -> !each.isEmpty()).toList();

    assertThat(key("db_schemas", value).list("db-schemas", List.of("a", "b"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "- | true | true",
        "- | false | false",
        "`` | true | true",
        "`` | false | false",
        "true | false | true",
        "TRUE | false | true",
        "false | true | false",
        "yes | true | false",
        "1 | true | false"
      })
  void aFlagIsTrueByThatWordAlone(@Nullable String value, boolean otherwise, boolean flag) {
    assertThat(key("db_plan_enabled", value).flag("db-plan-enabled", otherwise)).isEqualTo(flag);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "- | -",
        "`` | -",
        "0 | 0",
        "12 | 12",
        "` 12 ` | 12",
        "-3 | -3",
        "2147483647 | 2147483647"
      })
  void aNumberMayHaveBlanksAround(@Nullable String value, @Nullable Integer number) {
    assertThat(key("db_max_rows", value).number("db-max-rows")).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1x", "1.5", "2147483648", "1e3", " ", "0x10"})
  void aNumberThatIsNoneIsNamedWithItsSetting(String value) {
    assertThatExceptionOfType(InvalidSetting.class)
        .isThrownBy(() -> key("db_max_rows", value).number("db-max-rows"))
        .withMessage("db-max-rows is \"%s\", not a whole number", value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "- | - | -",
        "`` | - | -",
        "check | `` | check",
        "private.check | private | check",
        "private.check.more | private | check.more",
        ".check | `` | check"
      })
  void aNameMayHaveASchema(@Nullable String value, @Nullable String schema, @Nullable String name) {
    var expected = schema == null || name == null ? null : new Name(schema, name);

    assertThat(key("db_pre_request", value).name("db-pre-request")).isEqualTo(expected);
  }

  @Test
  void oneOfSeveralWordsIsTheFirstWhereNothingIsSet() {
    assertThat(key("db_tx_end", null).oneOf("db-tx-end", "commit", "rollback")).isEqualTo("commit");
    assertThat(key("db_tx_end", "").oneOf("db-tx-end", "commit", "rollback")).isEqualTo("commit");
    assertThat(key("db_tx_end", "rollback").oneOf("db-tx-end", "commit", "rollback"))
        .isEqualTo("rollback");
    assertThatExceptionOfType(InvalidSetting.class)
        .isThrownBy(() -> key("db_tx_end", "Commit").oneOf("db-tx-end", "commit", "rollback", "x"))
        .withMessage("db-tx-end is \"Commit\", not commit or rollback or x");
  }

  @Test
  void anAddressIsTheDefaultWhereNothingIsSet() {
    var public_ = URI.create("https://api.example.org");

    assertThat(key("a", null).address("a", public_)).isEqualTo(public_);
    assertThat(key("a", "").address("a", public_)).isEqualTo(public_);
    assertThat(key("a", "http://127.0.0.1:1/x").address("a", public_))
        .isEqualTo(URI.create("http://127.0.0.1:1/x"));
  }

  /// The description of the API tells its scheme and its host.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a b",
        "api.example.org",
        "/rest/v1",
        "//api.example.org",
        "https:///x",
        "x:y"
      })
  void anAddressHasASchemeAndAHost(String value) {
    assertThatExceptionOfType(InvalidSetting.class)
        .isThrownBy(() -> key("a", value).address("a", URI.create("https://api.example.org")))
        .withMessage("a is \"%s\", not an address", value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a=1 | app.settings.a | 1",
        "a= | app.settings.a | ``",
        "a=b=c | app.settings.a | b=c"
      })
  void settingsOfTheAppKeepTheirValueAsItIs(String setting, String name, String value) {
    assertThat(PostgrestKeys.of(settings(1, setting)).appSettings())
        .containsExactlyEntriesOf(Map.of(name, value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=1", ""})
  void whatNamesNoSettingOfTheAppIsNone(String setting) {
    assertThat(PostgrestKeys.of(settings(1, setting)).appSettings()).isEmpty();
  }

  private static PostgrestKeys key(String name, @Nullable String value) {
    var database = new HashMap<String, String>();
    if (value != null) {
      database.put(name, value);
    }
    return new PostgrestKeys().database(database);
  }

  private static DataSettings settings(int maxRows, String... app) {
    return new DataSettings(
        "/rest/v1",
        List.of("public", "api"),
        null,
        maxRows,
        "own-rows",
        50,
        10,
        null,
        null,
        "commit",
        true,
        false,
        true,
        true,
        null,
        "follow-privileges",
        false,
        null,
        true,
        true,
        null,
        "pgrst",
        true,
        true,
        null,
        1_000_000,
        2_000_000_000L,
        null,
        "127.0.0.1",
        List.of(app));
  }
}
