package io.stabbur.storage.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.MutableHttpRequest;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.bucket.BucketRows.Fields;
import io.stabbur.testing.Refusals;
import io.stabbur.testing.Requests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients ask of buckets.
class BucketRequestTest {
  @Test
  void aBucketsIdIsItsNameUnlessItHasAnother() {
    var named = BucketRequest.creation(Json.parse("{\"name\":\"box\"}"));
    assertThat(named.id()).isEqualTo("box");
    var both = BucketRequest.creation(Json.parse("{\"name\":\"Box\",\"id\":\"b\"}"));
    assertThat(both.id()).isEqualTo("b");
    assertThat(both.name()).isEqualTo("Box");
    var nothing = BucketRequest.creation(Json.parse("{\"name\":\"box\",\"id\":null}"));
    assertThat(nothing.id()).isEqualTo("box");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | body must have required property 'name'",
        "{\"name\":null} | body must have required property 'name'",
        "{\"name\":{}} | body/name must be string",
        "{\"name\":\"b\",\"id\":[]} | body/id must be string",
        "{\"name\":\"b\",\"public\":\"maybe\"} | body/public must be boolean",
        "{\"name\":\"b\",\"allowed_mime_types\":{}} | body/allowed_mime_types must be array",
      })
  void aBucketThatIsNotDescribedIsRefused(String body, String message) {
    assertThat(Refusals.of(() -> BucketRequest.creation(Json.parse(body))))
        .isEqualTo(new StorageError.InvalidParameter(message));
  }

  @ParameterizedTest
  @CsvSource({
    "image, image",
    "image/, image/",
    "/png, /png",
    "'image /png', 'image /png'",
    "5, 5",
    "true, true"
  })
  void aTypeHasTwoParts(String type, String told) {
    var quoted = type.matches("[0-9]+|true") ? type : "\"" + type + "\"";
    var body = "{\"name\":\"b\",\"allowed_mime_types\":[\"image/*\"," + quoted + "]}";
    assertThat(Refusals.of(() -> BucketRequest.creation(Json.parse(body))))
        .isEqualTo(new StorageError.InvalidMimeType(told));
  }

  @Test
  void typesMayEndInAStarAndHaveParameters() {
    var body = "{\"allowed_mime_types\":[\"image/*\",\"text/html; charset=utf-8\"]}";
    assertThat(BucketRequest.change(Json.parse(body)).types())
        .containsExactly("image/*", "text/html; charset=utf-8");
    var one = BucketRequest.change(Json.parse("{\"allowed_mime_types\":\"image/png\"}"));
    assertThat(one.types()).containsExactly("image/png");
  }

  @Test
  void aChangeKnowsWhatWasLeftOutFromWhatWasEmptied() {
    var change = BucketRequest.change(Json.parse("{\"file_size_limit\":null,\"public\":\"true\"}"));
    assertThat(change.limitGiven()).isTrue();
    assertThat(change.limit()).isNull();
    assertThat(change.typesGiven()).isFalse();
    assertThat(change.isPublic()).isTrue();
    assertThat(Refusals.of(() -> BucketRequest.change(Json.parse("{\"name\":\"other\"}"))))
        .isEqualTo(new StorageError.InvalidParameter("body must NOT have fewer than 1 properties"));
    assertThat(Refusals.of(() -> BucketRequest.change(Json.parse("{\"public\":null}"))))
        .isEqualTo(new StorageError.InvalidParameter("body must NOT have fewer than 1 properties"));
  }

  @Test
  void bucketsOfOtherKindsAreNotThere() {
    var body = Json.parse("{\"name\":\"b\",\"type\":\"ANALYTICS\"}");
    assertThat(Refusals.of(() -> BucketRequest.creation(body)))
        .isEqualTo(new StorageError.FeatureNotEnabled("ANALYTICS"));
  }

  @ParameterizedTest
  @CsvSource({
    "supabase-py/storage3 v0.12.0, WITHOUT_TYPE",
    "supabase-py/storage3 v0.11.9, WITHOUT_TYPE",
    "supabase-py/storage3 v0.12.1, ALL",
    "supabase-py/storage3 v1.0.0, ALL",
    "supabase-py/2.17.9, WITHOUT_TYPE",
    "supabase-py/2.18.0, ALL",
    "supabase-py/3.0.0, ALL",
    "SUPABASE-PY/1.2.30, WITHOUT_TYPE",
    "supabase-js/2.1.0, ALL",
    "'', ALL"
  })
  void olderClientsInPythonGetNoFieldThatTheyDoNotKnow(String agent, Fields fields) {
    assertThat(BucketRequest.fields(list("").header("User-Agent", agent))).isEqualTo(fields);
  }

  @Test
  void aListBeginsAtTheFirstByNameUnlessAskedOtherwise() {
    var query = BucketRequest.query(list(""));
    assertThat(query.limit()).isNull();
    assertThat(query.offset()).isZero();
    assertThat(query.column()).isEqualTo("name");
    assertThat(query.search()).isEmpty();
    var asked = BucketRequest.query(list("?limit=5&offset=10&sortColumn=created_at&search=a"));
    assertThat(asked.limit()).isEqualTo(5);
    assertThat(asked.offset()).isEqualTo(10);
    assertThat(asked.column()).isEqualTo("created_at");
    assertThat(asked.search()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit must be >= 1",
    "limit=x, limit must be integer",
    "limit=1.5, limit must be integer",
    "limit=99999999999999999999, limit must be integer",
    "offset=-1, offset must be >= 0",
    "sortColumn=owner, sortColumn must be equal to one of the allowed values",
    "sortColumn=name%3B, sortColumn must be equal to one of the allowed values",
    "sortOrder=up, sortColumn must be equal to one of the allowed values"
  })
  void aListThatIsAskedForInNoWayIsRefused(String query, String message) {
    assertThat(Refusals.of(() -> BucketRequest.query(list("?" + query))))
        .isEqualTo(new StorageError.InvalidParameter("querystring/" + message));
  }

  private static MutableHttpRequest<?> list(String query) {
    return Requests.get("/storage/v1/bucket" + query);
  }
}
