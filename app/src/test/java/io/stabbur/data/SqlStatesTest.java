package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.ErrorTexts.ErrorText;
import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Standing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which HTTP status an SQLSTATE has, and what SQL may say itself about its error.
class SqlStatesTest {
  /// The table of PostgREST's documentation ("HTTP status codes" of its errors).
  @ParameterizedTest
  @CsvSource({
    "08000, 503",
    "08P01, 503",
    "09000, 500",
    "0L000, 403",
    "0P000, 403",
    "23503, 409",
    "23505, 409",
    "23502, 400",
    "23514, 400",
    "25000, 500",
    "25006, 405",
    "28000, 403",
    "28P01, 403",
    "2D000, 500",
    "38000, 500",
    "39000, 500",
    "3B000, 500",
    "40001, 500",
    "40P01, 500",
    "53000, 503",
    "53300, 503",
    "53400, 500",
    "54000, 500",
    "55000, 500",
    "57000, 500",
    "57014, 500",
    "57P01, 503",
    "58000, 500",
    "F0000, 500",
    "HV000, 500",
    "P0001, 400",
    "P0002, 500",
    "XX000, 500",
    "42883, 404",
    "42P01, 404",
    "42P17, 500",
    "42601, 400",
    "22P02, 400",
    "22023, 400",
    "42703, 400",
    "01000, 400",
    "99999, 400"
  })
  void aStateHasAStatus(String state, int status) {
    assertThat(text(state, "failed").status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "21000 | UPDATE requires a WHERE clause | 400",
        "21000 | DELETE requires a WHERE clause | 400",
        "21000 | more than one row returned by a subquery used as an expression | 500",
        "21000 | ON CONFLICT DO UPDATE command cannot affect row a second time | 500",
        "22023 | role \"nobody\" does not exist | 401",
        "22023 | role \"nobody\" is busy | 400",
        "22023 | invalid value does not exist | 400",
        "42883 | function xmlagg(json) does not exist | 406",
        "42883 | function xmlagged(json) does not exist | 404",
        "42883 | function add(integer) does not exist | 404"
      })
  void someStatesDependOnTheMessage(String state, String message, int status) {
    assertThat(text(state, message).status()).isEqualTo(status);
  }

  /// A caller without a token may try again with one.
  @ParameterizedTest
  @EnumSource
  void whatIsForbiddenDependsOnWhoAsks(Standing standing) {
    var text =
        SqlStates.text(new DataError.Database("42501", "permission denied", null, null, standing));

    assertThat(text.status()).isEqualTo(standing == Standing.KNOWN ? 403 : 401);
    assertThat(text.headers().get("WWW-Authenticate"))
        .isEqualTo(standing == Standing.KNOWN ? null : "Bearer");
  }

  @Test
  void everyWordOfPostgresIsPassedOn() {
    var text =
        SqlStates.text(
            new DataError.Database("23505", "duplicate", "Key (id)=(1)", "try 2", Standing.KNOWN));

    assertThat(text.code()).isEqualTo("23505");
    assertThat(text.message()).isEqualTo("duplicate");
    assertThat(text.details()).isEqualTo(new ErrorTexts.Details.Text("Key (id)=(1)"));
    assertThat(text.hint()).isEqualTo("try 2");
    assertThat(text.reason()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"PT200, 200", "PT402, 402", "PT999, 999", "PTABC, 500", "PT0X1, 500"})
  void sqlMayChooseTheStatusByItsState(String state, int status) {
    var text = text(state, "Payment Required");

    assertThat(text.status()).isEqualTo(status);
    assertThat(text.reason()).isEqualTo("Payment Required");
    assertThat(text.code()).isEqualTo(state);
  }

  @Test
  void anEmptyOrShortStateIsARefusal() {
    assertThat(text("", "x").status()).isEqualTo(400);
    assertThat(text("0", "x").status()).isEqualTo(400);
  }

  @Test
  void aRaisedErrorSaysTheWholeAnswer() {
    var text =
        raised(
            "{\"code\":\"123\",\"message\":\"Payment"
                + " Required\",\"details\":\"Quota\",\"hint\":\"Pay\"}",
            "{\"status\":402,\"status_text\":\"Pay\",\"headers\":{\"X-A\":\"1\",\"X-B\":2}}");

    assertThat(text.status()).isEqualTo(402);
    assertThat(text.reason()).isEqualTo("Pay");
    assertThat(text.code()).isEqualTo("123");
    assertThat(text.message()).isEqualTo("Payment Required");
    assertThat(text.details()).isEqualTo(new ErrorTexts.Details.Text("Quota"));
    assertThat(text.hint()).isEqualTo("Pay");
    assertThat(text.headers()).containsOnlyKeys("X-A").containsEntry("X-A", "1");
  }

  @Test
  void aRaisedErrorNeedsNoDetailsAndNoHint() {
    var text = raised("{\"code\":\"1\",\"message\":\"m\"}", "{\"status\":418,\"headers\":{}}");

    assertThat(text.status()).isEqualTo(418);
    assertThat(text.reason()).isNull();
    assertThat(text.details()).isNull();
    assertThat(text.hint()).isNull();
    assertThat(text.headers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "[]",
        "null",
        "{}",
        "{\"code\":\"1\"}",
        "{\"message\":\"m\"}",
        "{\"code\":1,\"message\":\"m\"}",
        "{\"code\":\"1\",\"message\":null}"
      })
  void aMessageThatSaysNoCodeAndMessageIsAnErrorOfItsAuthor(String message) {
    assertThat(raised(message, "{\"status\":418,\"headers\":{}}"))
        .satisfies(SqlStatesTest::requireUnreadable);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "[]",
        "{}",
        "{\"status\":418}",
        "{\"headers\":{}}",
        "{\"status\":\"418\",\"headers\":{}}",
        "{\"status\":418,\"headers\":[]}",
        "{\"status\":null,\"headers\":{}}"
      })
  void aDetailThatSaysNoStatusAndHeadersIsAnErrorOfItsAuthor(String detail) {
    assertThat(raised("{\"code\":\"1\",\"message\":\"m\"}", detail))
        .satisfies(SqlStatesTest::requireUnreadable);
  }

  @Test
  void aRaisedErrorNeedsADetail() {
    assertThat(raised("{\"code\":\"1\",\"message\":\"m\"}", null))
        .satisfies(SqlStatesTest::requireUnreadable);
  }

  private static void requireUnreadable(ErrorText text) {
    assertThat(text.status()).isEqualTo(500);
    assertThat(text.code()).isEqualTo("PGRST121");
  }

  private static ErrorText raised(String message, @Nullable String detail) {
    return SqlStates.text(
        new DataError.Database("PGRST", message, detail, null, Standing.ANONYMOUS));
  }

  private static ErrorText text(String state, String message) {
    return SqlStates.text(new DataError.Database(state, message, null, null, Standing.KNOWN));
  }
}
