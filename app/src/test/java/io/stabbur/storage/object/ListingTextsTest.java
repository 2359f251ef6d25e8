package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.object.Listing.Cursor;
import io.stabbur.storage.object.Listing.Folder;
import io.stabbur.storage.object.Listing.Query;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How lists of files are asked for: the bodies of both APIs and the places where pages end.
class ListingTextsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a | ``",
        "folder/a b.txt | ``",
        "å😀 | 2026-01-01T00:00:00.000001",
        "v:x | v:y",
        "`two\nlines` | ``",
        "`x\nk:y` | ``",
        "k: | 1"
      })
  void aPlaceIsReadBackAsItWas(String key, String value) {
    var place = new Cursor(key, value);

    assertThat(Cursor.decode(place.encode())).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%%", "YWJj", "djp4", "azp4", "v:x\nk:y"})
  void aTextThatIsNoPlaceIsRefused(String text) {
    refused(() -> Cursor.decode(text), "The cursor is not one of ours");
  }

  @Test
  void aPlaceWithoutItsPartsIsRefused() {
    for (var text : new String[] {"k:a", "v:x", "v:x\n", "x:\nk:a", "\nk:a"}) {
      var encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
      refused(() -> Cursor.decode(encoded), "The cursor is not one of ours");
    }
  }

  private static Folder folder(String json) {
    return Folder.read(Json.parse(json));
  }

  private static Query query(String json) {
    return Query.read("bucket", Json.parse(json));
  }

  @Test
  void aFolderHasTheDefaultsOfTheApi() {
    assertThat(folder("{\"prefix\":\"\"}")).isEqualTo(new Folder("", 100, 0, "", "name", "asc"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"`` | `` | 1", "a | a/ | 2", "a/ | a/ | 2", "a/b | a/b/ | 3", "/ | / | 2"})
  void aPrefixIsAFolder(String given, String prefix, int levels) {
    var folder = folder("{\"prefix\":\"" + given + "\"}");

    assertThat(folder.prefix()).isEqualTo(prefix);
    assertThat(folder.levels()).isEqualTo(levels);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1500, 1500", "1501, 1500", "2147483647, 1500", "'\"7\"', 7", "null, 100"})
  void aFolderShowsSoManyAtMost(String given, int limit) {
    assertThat(folder("{\"prefix\":\"\",\"limit\":" + given + "}").limit()).isEqualTo(limit);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | body must have required property 'prefix'",
        "{\"prefix\":{}} | body/prefix must be string",
        "{\"prefix\":\"\",\"limit\":0} | body/limit must be >= 1",
        "{\"prefix\":\"\",\"limit\":-1} | body/limit must be >= 1",
        "{\"prefix\":\"\",\"limit\":1.5} | body/limit must be integer",
        "{\"prefix\":\"\",\"limit\":\"x\"} | body/limit must be integer",
        "{\"prefix\":\"\",\"limit\":2147483648} | body/limit must be <= 2147483647",
        "{\"prefix\":\"\",\"limit\":1e300} | body/limit must be <= 2147483647",
        "{\"prefix\":\"\",\"offset\":-1} | body/offset must be >= 0",
        "{\"prefix\":\"\",\"sortBy\":1} | body/sortBy must be object",
        "{\"prefix\":\"\",\"sortBy\":{\"column\":\"id\"}}"
            + " | body/column must be equal to one of the allowed values",
        "{\"prefix\":\"\",\"sortBy\":{\"order\":\"ASC\"}}"
            + " | body/order must be equal to one of the allowed values",
        "{\"prefix\":\"\",\"sortBy\":{\"column\":\"name; drop table x\"}}"
            + " | body/column must be equal to one of the allowed values"
      })
  void aWrongFieldOfAFolderIsNamed(String json, String message) {
    refused(() -> folder(json), message);
  }

  @ParameterizedTest
  @CsvSource({"name, true", "updated_at, false", "created_at, false", "last_accessed_at, false"})
  void aFolderIsSortedByOneOfAFewColumns(String column, boolean isByName) {
    var folder = folder("{\"prefix\":\"\",\"sortBy\":{\"column\":\"" + column + "\"}}");

    assertThat(folder.column()).isEqualTo(column);
    assertThat(folder.isByName()).isEqualTo(isByName);
  }

  @Test
  void aQueryHasTheDefaultsOfTheApi() {
    assertThat(query("{}")).isEqualTo(new Query("bucket", "", "", 1000, "name", false, null, ""));
  }

  @Test
  void aQueryIsReadWhole() {
    var place = new Cursor("a/b", "2026");

    assertThat(
            query(
                "{\"prefix\":\"a/\",\"with_delimiter\":true,\"limit\":5,\"cursor\":\""
                    + place.encode()
                    + "\",\"sortBy\":{\"column\":\"updated_at\",\"order\":\"desc\"}}"))
        .isEqualTo(new Query("bucket", "a/", "/", 5, "updated_at", true, place, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"limit\":0} | body/limit must be >= 1",
        "{\"with_delimiter\":\"maybe\"} | body/with_delimiter must be boolean",
        "{\"cursor\":\"x\"} | The cursor is not one of ours",
        "{\"cursor\":{}} | body/cursor must be string",
        "{\"sortBy\":{\"column\":\"last_accessed_at\"}}"
            + " | body/column must be equal to one of the allowed values",
        "{\"sortBy\":[]} | body/sortBy must be object"
      })
  void aWrongFieldOfAQueryIsNamed(String json, String message) {
    refused(() -> query(json), message);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "1001, 1000", "2147483647, 1000", "1, 1"})
  void aPageHoldsAThousandAtMost(String given, int limit) {
    assertThat(query("{\"limit\":" + given + "}").limit()).isEqualTo(limit);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(call)
        .satisfies(
            e -> assertThat(e.error()).isEqualTo(new StorageError.InvalidParameter(message)));
  }
}
