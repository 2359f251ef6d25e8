package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.s3.PolicyDocument.Sizes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether a form keeps to its policy ("POST Policy" of the S3 API).
class PolicyDocumentTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final String UNREADABLE = "The policy has a condition that cannot be read";
  private static final String FAILED = "Invalid according to Policy: Policy Condition failed: ";
  private static final String EXTRA = "Invalid according to Policy: Extra input fields: ";

  private final Map<String, String> fields =
      new LinkedHashMap<>(Map.of("bucket", "photos", "key", "kari/cat.png", "acl", "private"));

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String policy(String... conditions) {
    return "{\"expiration\":\"2026-01-01T12:00:01Z\",\"conditions\":["
        + String.join(",", conditions)
        + "]}";
  }

  /// Conditions that cover the fields of every test.
  private static String with(String... more) {
    var usual =
        "{\"bucket\":\"photos\"},[\"starts-with\",\"$key\",\"kari/\"],[\"eq\",\"$acl\",\"private\"]";
    return policy(more.length == 0 ? usual : usual + "," + String.join(",", more));
  }

  private Sizes check(String policy) {
    return PolicyDocument.decode(base64(policy)).check(fields, NOW);
  }

  private void denied(String policy, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> check(policy))
        .satisfies(
            e -> assertThat(e.error()).isEqualTo(new StorageError.AccessDenied(message, null)));
  }

  @Test
  void aFormThatKeepsToItsPolicyIsTaken() {
    assertThat(check(with())).isEqualTo(new Sizes(0, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2026-01-01T12:00:00Z\"",
        "\"2026-01-01T11:59:59.999Z\"",
        "\"2026-01-01\"",
        "\"tomorrow\"",
        "\"\"",
        "1900000000",
        "null"
      })
  void aPolicyEndsAtItsExpiry(String expiration) {
    denied(
        with().replace("\"2026-01-01T12:00:01Z\"", expiration),
        "Invalid according to Policy: Policy expired.");
  }

  @Test
  void aPolicyWithoutAnExpiryHasEnded() {
    denied("{\"conditions\":[]}", "Invalid according to Policy: Policy expired.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-01T12:00:00.001Z", "2026-01-01T14:00:01+02:00"})
  void anExpiryMayHavePartsOfASecondAndAnOffset(String expiration) {
    assertThat(check(with().replace("2026-01-01T12:00:01Z", expiration)))
        .isEqualTo(new Sizes(0, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"acl\":\"public\"} | eq acl",
        "{\"ACL\":\"public\"} | eq acl",
        "[\"eq\",\"$acl\",\"priv\"] | eq acl",
        "[\"eq\",\"$acl\",\"PRIVATE\"] | eq acl",
        "[\"EQ\",\"$Acl\",\"x\"] | eq acl",
        "[\"eq\",\"$missing\",\"\"] | eq missing",
        "{\"missing\":\"x\"} | eq missing",
        "[\"starts-with\",\"$key\",\"ola/\"] | starts-with key",
        "[\"starts-with\",\"$key\",\"Kari\"] | starts-with key",
        "[\"starts-with\",\"$missing\",\"x\"] | starts-with missing",
        "{\"acl\":\"private\",\"key\":\"x\"} | eq key"
      })
  void aConditionThatIsNotMetIsNamed(String condition, String failed) {
    denied(with(condition), FAILED + failed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"starts-with\",\"$key\",\"\"]",
        "[\"starts-with\",\"$missing\",\"\"]",
        "[\"Starts-With\",\"KEY\",\"kari\"]",
        "{\"key\":\"kari/cat.png\",\"acl\":\"private\"}",
        "{}"
      })
  void aConditionThatIsMetIsTaken(String condition) {
    assertThat(check(with(condition))).isEqualTo(new Sizes(0, Long.MAX_VALUE));
  }

  /// What the policy does not speak of, its maker did not agree to.
  @ParameterizedTest
  @ValueSource(strings = {"content-type", "x-amz-meta-a", "success_action_redirect", "tagging"})
  void aFieldThatNoConditionCoversIsRefused(String name) {
    fields.put(name, "x");

    denied(with(), EXTRA + name);
    assertThat(check(with("[\"starts-with\",\"$" + name + "\",\"\"]")).least()).isZero();
  }

  @Test
  void theBucketMustBeCoveredToo() {
    denied(policy("[\"starts-with\",\"$key\",\"\"]", "{\"acl\":\"private\"}"), EXTRA + "bucket");
    denied(
        with("[\"starts-with\",\"$bucket\",\"\"]"),
        "Invalid according to Policy: bucket supports exact matching only");
    fields.put("bucket", "others");
    denied(with(), FAILED + "eq bucket");
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy", "x-amz-signature", "file", "x-ignore-this"})
  void someFieldsNeedNoCondition(String name) {
    fields.put(name, "x");

    assertThat(check(with()).least()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"content-length-range\",1,10] | 1 | 10",
        "[\"content-length-range\",\"1\",\"10\"] | 1 | 10",
        "[\"content-length-range\",0,0] | 0 | 0",
        "[\"Content-Length-Range\",5,999999999999999999] | 5 | 999999999999999999",
        "[\"content-length-range\",1,10],[\"content-length-range\",5,20] | 5 | 10",
        "[\"content-length-range\",5,20],[\"content-length-range\",1,10] | 5 | 10"
      })
  void theFileHasASizeThatEveryRangeAllows(String conditions, long least, long most) {
    assertThat(check(with(conditions))).isEqualTo(new Sizes(least, most));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"content-length-range\",-1,10]",
        "[\"content-length-range\",1.5,10]",
        "[\"content-length-range\",\"x\",10]",
        "[\"content-length-range\",\"\",10]",
        "[\"content-length-range\",0,1000000000000000000]",
        "[\"content-length-range\",null,10]"
      })
  void aSizeThatIsNoneIsRefused(String condition) {
    denied(with(condition), "The policy has a size that cannot be read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "\"eq\"",
        "null",
        "[]",
        "[\"eq\",\"$acl\"]",
        "[\"eq\",\"$acl\",\"private\",\"x\"]",
        "[\"ends-with\",\"$acl\",\"e\"]",
        "[\"\",\"$acl\",\"e\"]",
        "[\"eq\",\"$acl\",{}]",
        "[{},\"$acl\",\"x\"]",
        "{\"acl\":{}}",
        "{\"acl\":[]}"
      })
  void aConditionOfAnotherFormIsRefused(String condition) {
    denied(with(condition), UNREADABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"conditions\":{}}", "{\"conditions\":null}"})
  void aPolicyNeedsConditions(String policy) {
    denied(
        policy
            .replace("{\"c", "{\"expiration\":\"2026-01-01T12:00:01Z\",\"c")
            .replace("{}}", "{\"a\":1}}")
            .replaceFirst("^\\{}$", "{\"expiration\":\"2026-01-01T12:00:01Z\"}"),
        "The policy has no conditions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "x", "{", "1", "null", "{} {}"})
  void whatIsNoPolicyIsRefused(String text) {
    denied(text, "The policy cannot be read");
  }

  @Test
  void base64MayHaveLineBreaksAndMustBeBase64() {
    var lines = Base64.getMimeEncoder().encodeToString(with().getBytes(StandardCharsets.UTF_8));

    assertThat(lines).contains("\r\n");
    assertThat(PolicyDocument.decode(lines).check(fields, NOW).least()).isZero();
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> PolicyDocument.decode("e30=e"))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(new StorageError.AccessDenied("The policy cannot be read", null)));
  }
}
