package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stabbur.platform.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a token names its role, in both forms PostgREST reads.
class RoleClaimTest {
  private static final Claims CLAIMS =
      new Claims(
          "",
          Json.parse(
              """
              {"role": "usual", "aud": ["one", "app_reader"], "realm": {"roles": [{"x": 1}, "app_writer"]},
               "https://example.org/role": [{"value": "far"}], "number": 7}"""));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$.role|usual",
        "$.realm.roles[1]|app_writer",
        "$['https://example.org/role'][0].value|far",
        "$.aud[?search(@, '^app_')]|app_reader",
        "$.number|7",
        ".role|usual",
        ".realm.roles[1]|app_writer",
        ".\"https://example.org/role\"[0].value|far",
        ".aud[?(@ == \"app_reader\")]|app_reader",
        ".aud[?(@ != \"one\")]|app_reader",
        ".aud[?(@ ^== \"app\")]|app_reader",
        ".aud[?(@ ==^ \"er\")]|app_reader",
        ".realm.roles[?(@*==\"_wri\")]|app_writer"
      })
  void theRoleIsFoundWhereThePathSays(String path, String role) {
    assertThat(RoleClaim.of(path).placed(CLAIMS).text("role")).hasValue(role);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$.missing", "$.realm.roles[9]", ".missing", ".aud[?(@ == \"two\")]"})
  void aRoleElsewhereCountsForNothing(String path) {
    assertThat(RoleClaim.of(path).placed(CLAIMS).text("role")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "role.other",
        ".role##",
        ".my_role;;domain",
        ".#$$%&$%/",
        "1234",
        ".role[?(@ =)]",
        ".role[?(@ == \"a\")].b",
        "$.my_role;;domain",
        "@@.role.other"
      })
  void whatHasNeitherFormIsRefused(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> RoleClaim.of(path));
  }

  @Test
  void theUsualPlaceLeavesTheTokensTextAlone() {
    assertThat(RoleClaim.of("$.role").placed(CLAIMS)).isSameAs(CLAIMS);
  }
}
