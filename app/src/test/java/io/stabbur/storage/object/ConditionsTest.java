package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.simple.SimpleHttpRequest;
import io.stabbur.storage.object.Conditions.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  private static final String ETAG = "\"abc\"";
  private static final Instant MODIFIED = Instant.parse("2008-06-03T11:05:30.500Z");
  private static final String THEN = "Tue, 03 Jun 2008 11:05:30 GMT";
  private static final String EARLIER = "Tue, 03 Jun 2008 11:05:29 GMT";
  private static final String LATER = "Tue, 03 Jun 2008 11:05:31 GMT";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"abc\" | SEND",
        "abc | SEND",
        "W/\"abc\" | SEND",
        "* | SEND",
        "\"x\", \"abc\" | SEND",
        "\"x\" | FAILED",
        "\"ABC\" | FAILED",
        "`` | FAILED"
      })
  void aReadMayInsistOnAnEntityTag(String match, Outcome outcome) {
    assertThat(outcome(HttpHeaders.IF_MATCH, match)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"abc\" | NOT_MODIFIED",
        "W/\"abc\" | NOT_MODIFIED",
        "\"x\",\"abc\" | NOT_MODIFIED",
        "* | NOT_MODIFIED",
        "\"x\" | SEND"
      })
  void aReadMayKnowAnEntityTag(String noneMatch, Outcome outcome) {
    assertThat(outcome(HttpHeaders.IF_NONE_MATCH, noneMatch)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-Modified-Since | Tue, 03 Jun 2008 11:05:30 GMT | NOT_MODIFIED",
        "If-Modified-Since | Tue, 03 Jun 2008 11:05:31 GMT | NOT_MODIFIED",
        "If-Modified-Since | Tue, 03 Jun 2008 11:05:29 GMT | SEND",
        "If-Modified-Since | yesterday | SEND",
        "If-Unmodified-Since | Tue, 03 Jun 2008 11:05:30 GMT | SEND",
        "If-Unmodified-Since | Tue, 03 Jun 2008 11:05:29 GMT | FAILED",
        "If-Unmodified-Since | yesterday | SEND"
      })
  void timesAreComparedInWholeSeconds(String name, String date, Outcome outcome) {
    assertThat(outcome(name, date)).isEqualTo(outcome);
  }

  @Test
  void entityTagsCountBeforeTimes() {
    assertThat(outcome(HttpHeaders.IF_MATCH, ETAG, HttpHeaders.IF_UNMODIFIED_SINCE, EARLIER))
        .isEqualTo(Outcome.SEND);
    assertThat(outcome(HttpHeaders.IF_NONE_MATCH, "\"x\"", HttpHeaders.IF_MODIFIED_SINCE, LATER))
        .isEqualTo(Outcome.SEND);
    assertThat(outcome(HttpHeaders.IF_MATCH, "\"x\"", HttpHeaders.IF_NONE_MATCH, ETAG))
        .isEqualTo(Outcome.FAILED);
    assertThat(outcome()).isEqualTo(Outcome.SEND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "- | true",
        "\"abc\" | true",
        " \"abc\" | true",
        "\"x\" | false",
        // a range is only of bytes that are the same, which a weak tag does not say
        "W/\"abc\" | false",
        "Tue, 03 Jun 2008 11:05:30 GMT | true",
        "Tue, 03 Jun 2008 11:05:31 GMT | false",
        "Tue, 03 Jun 2008 11:05:29 GMT | false",
        "yesterday | false"
      })
  void aRangeHoldsForWhatWasSeen(@Nullable String wanted, boolean holds) {
    var headers = wanted == null ? headers() : headers(HttpHeaders.IF_RANGE, wanted);

    assertThat(Conditions.rangeHolds(headers, ETAG, MODIFIED)).isEqualTo(holds);
  }

  @Test
  void momentsAreWrittenAsTheyAreRead() {
    assertThat(Conditions.httpDate(MODIFIED)).isEqualTo(THEN);
    assertThat(Conditions.date(THEN)).isEqualTo(Instant.parse("2008-06-03T11:05:30Z"));
    assertThat(Conditions.date(" " + THEN + " ")).isEqualTo(Instant.parse("2008-06-03T11:05:30Z"));
    assertThat(Conditions.date("Tue, 3 Jun 2008 11:05:30 GMT"))
        .isEqualTo(Instant.parse("2008-06-03T11:05:30Z"));
    assertThat(Conditions.date("2008-06-03T11:05:30Z")).isNull();
    assertThat(Conditions.date(null)).isNull();
  }

  private static Outcome outcome(String... pairs) {
    return Conditions.of(headers(pairs), ETAG, MODIFIED);
  }

  private static HttpHeaders headers(String... pairs) {
    var request = new SimpleHttpRequest<>(HttpMethod.GET, "/", null);
    for (int i = 0; i < pairs.length; i += 2) {
      request.header(pairs[i], pairs[i + 1]);
    }
    return request.getHeaders();
  }
}
