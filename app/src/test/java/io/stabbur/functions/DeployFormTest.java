package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.Failure;
import io.stabbur.testing.Refusals;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies of deployments, as Supabase's command and anybody else may send them.
class DeployFormTest {
  private static final String TYPE = "multipart/form-data; boundary=b";

  private static String part(String disposition, String content) {
    return "--b\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
        .formatted(disposition, content);
  }

  private static String file(String name, String content) {
    return part("name=\"file\"; filename=\"%s\"".formatted(name), content);
  }

  private static Functions.NewCode parse(String... parts) {
    var body = String.join("", parts) + "--b--\r\n";
    return DeployForm.parse(TYPE, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Functions.NewCode withMetadata(String metadata) {
    return parse(part("name=\"metadata\"", metadata));
  }

  private static Functions.NewCode withField(String name, String json) {
    return withMetadata("{\"entrypoint_path\":\"index.ts\",\"%s\":%s}".formatted(name, json));
  }

  @Test
  void filesAreNamedByTheirPaths() {
    var code =
        parse(
            file("index.ts", "one"),
            part("name=\"metadata\"", "{\"entrypoint_path\":\"index.ts\"}"),
            file("../_shared/blåbær.ts", "two"),
            file("empty.ts", ""));

    assertThat(code.entrypoint()).isEqualTo("index.ts");
    assertThat(code.files()).containsOnlyKeys("index.ts", "../_shared/blåbær.ts", "empty.ts");
    assertThat(code.files().get("index.ts")).isEqualTo("one".getBytes(StandardCharsets.UTF_8));
    assertThat(code.files().get("empty.ts")).isEmpty();
  }

  @Test
  void whatTheMetadataDoesNotSayIsAbsent() {
    var code = withMetadata("{\"entrypoint_path\":\"index.ts\",\"unknown\":{\"a\":[]}}");

    assertThat(code.files()).isEmpty();
    assertThat(code.importMap()).isNull();
    assertThat(code.staticPatterns()).isEmpty();
    assertThat(code.name()).isNull();
    assertThat(code.verifyJwt()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          true  | true
          false | false
          null  | -
          """)
  void whetherTokensAreVerifiedIsSaidOrNot(String json, @Nullable Boolean truth) {
    assertThat(withField("verify_jwt", json).verifyJwt()).isEqualTo(truth);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"false\"", "\"true\"", "0", "1", "\"\"", "[]", "{}", "[false]"})
  void whatIsNeitherTrueNorFalseIsNotTakenForOne(String json) {
    assertThat(Refusals.of(() -> withField("verify_jwt", json)))
        .isEqualTo(new FunctionError.Rejected("verify_jwt of the metadata is not true or false"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                     | []
          null                   | []
          ["./a/*.html"]         | [./a/*.html]
          ["b", "a", "b"]        | [b, a, b]
          ["å 😀", ""]           | [å 😀, ]
          """)
  void patternsOfStaticFilesKeepTheirOrder(String json, String patterns) {
    assertThat(withField("static_patterns", json).staticPatterns()).hasToString(patterns);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[null]", "[[\"a\"]]", "[{}]", "[\"a\", null]", "\"a\"", "{}", "true"})
  void whatIsNoListOfTextsIsRefused(String json) {
    assertThat(Refusals.of(() -> withField("static_patterns", json)))
        .isEqualTo(
            new FunctionError.Rejected("static_patterns of the metadata is not a list of texts"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"entrypoint_path\":null}",
        "{\"entrypoint_path\":\"\"}",
        "{\"entrypoint_path\":7}",
        "{\"entrypoint_path\":[\"index.ts\"]}",
        "{\"Entrypoint_Path\":\"index.ts\"}"
      })
  void aFunctionBeginsSomewhere(String metadata) {
    assertThat(Refusals.of(() -> withMetadata(metadata)))
        .isEqualTo(new FunctionError.Rejected("The metadata has no entrypoint_path"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "\"index.ts\"", "7"})
  void metadataIsAnObject(String metadata) {
    assertThat(Refusals.of(() -> withMetadata(metadata)))
        .isEqualTo(new FunctionError.Rejected("The form has no metadata"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"entrypoint_path\":\"index.ts\"", "index.ts"})
  void metadataIsJson(String metadata) {
    assertThat(Refusals.of(() -> withMetadata(metadata))).isInstanceOf(Failure.Malformed.class);
  }

  @Test
  void aFormWithoutMetadataIsRefused() {
    assertThat(Refusals.of(() -> parse(file("index.ts", "one"))))
        .isEqualTo(new FunctionError.Rejected("The form has no metadata"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=\"file\"",
        "name=\"File\"; filename=\"a.ts\"",
        "name=\"other\"; filename=\"a.ts\"",
        "name=\"\"; filename=\"a.ts\""
      })
  void aPartThatIsNoFileIsRefused(String disposition) {
    assertThat(Refusals.of(() -> parse(part(disposition, "one"))))
        .isEqualTo(
            new FunctionError.Rejected(
                "The form has a part that is neither metadata nor a file with a name"));
  }

  @Test
  void twoFilesOfOneNameAreRefused() {
    assertThat(
            Refusals.of(
                () ->
                    parse(
                        part("name=\"metadata\"", "{\"entrypoint_path\":\"a.ts\"}"),
                        file("a.ts", "one"),
                        file("a.ts", "two"))))
        .isEqualTo(new FunctionError.Rejected("The form has two files of the name a.ts"));
  }
}
