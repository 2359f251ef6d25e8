package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of another type than they should have, as the original's validator takes them. Odd ones
/// are in [OddStorageValuesTest].
class CoercedTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());
  private Set<String> before = Set.of();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "60, 60",
        "\"60\", 60",
        "[60], 60",
        "[\"60\"], 60",
        "true, 1",
        "1.0, 1.0",
        "\"1e2\", 1e2",
        "\"\", ",
        "\"x\", ",
        "{}, ",
        "[], ",
        "\"0x10\", "
      })
  void numbers(String json, String number) {
    assertThat(Coerced.number(Json.parse(json)))
        .isEqualTo(Optional.ofNullable(number).map(BigDecimal::new));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "true, true",
        "\"true\", true",
        "1, true",
        "[true], true",
        "0, false",
        "\"false\", false",
        "2, ",
        "\"yes\", ",
        "{}, ",
        "[], "
      })
  void flags(String json, Boolean flag) {
    assertThat(Coerced.flag(Json.parse(json))).isEqualTo(Optional.ofNullable(flag));
  }

  @BeforeEach
  void lookAtBuckets() {
    before = buckets();
  }

  /// Numbers and flags are names of buckets, too.
  @AfterEach
  void deleteBuckets() {
    for (var id : buckets()) {
      if (!before.contains(id)) {
        http.post("/bucket/" + id + "/empty", http.service(), "{}");
        http.send("DELETE", "/bucket/" + id, http.service(), Map.of(), BodyPublishers.noBody());
      }
    }
    assertThat(before).containsAll(buckets());
  }

  private Set<String> buckets() {
    var ids = new HashSet<String>();
    for (var bucket : Json.parse(http.get("/bucket", http.service()).text()).values()) {
      ids.add(Objects.requireNonNull(bucket.get("id")).getStringValue());
    }
    return ids;
  }

  @Test
  void bodiesOfPythonClientsAreUnderstood() {
    var bucket = http.bucket("");
    var upload = "/object/" + bucket + "/a.txt";
    assertThat(http.post(upload, http.service(), "text").status()).isEqualTo(200);
    for (var body :
        List.of("{\"expiresIn\": \"60\"}", "{\"expiresIn\": [60]}", "{\"expiresIn\": 60}")) {
      assertThat(http.post("/object/sign/" + bucket + "/a.txt", http.service(), body).status())
          .as(body)
          .isEqualTo(200);
    }
    assertThat(
            http.post(
                    "/object/sign/" + bucket,
                    http.service(),
                    "{\"expiresIn\": \"60\", \"paths\": \"a.txt\"}")
                .text())
        .contains("signedURL");
    assertThat(
            http.post(
                    "/object/list/" + bucket,
                    http.service(),
                    "{\"prefix\": null, \"limit\": \"1\", \"offset\": null, \"sortBy\": null}")
                .text())
        .contains("a.txt");
    var made =
        http.post(
            "/bucket",
            http.service(),
            "{\"name\": 4711, \"id\": null, \"public\": \"false\", \"allowed_mime_types\": \"text/plain\"}");
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(http.get("/bucket/4711", http.service()).text())
        .contains("\"public\" : false", "\"allowed_mime_types\" : [\"text/plain\"]");
  }
}
