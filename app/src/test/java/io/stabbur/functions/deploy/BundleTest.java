package io.stabbur.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files get one root, however far above it a client's names climb.
class BundleTest {
  private static final byte[] CODE = {1};

  @Test
  void namesThatClimbAreKeptApartFromThoseBelow() {
    var bundle =
        Bundle.of(
            Map.of("functions/f/./index.ts", CODE, "../../common/x.ts", CODE),
            "functions/f/index.ts",
            null,
            List.of());

    assertThat(bundle.files().keySet())
        .containsExactlyInAnyOrder("up2/up1/functions/f/index.ts", "common/x.ts");
    assertThat(bundle.entrypoint()).isEqualTo("up2/up1/functions/f/index.ts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "", "a\\b", "a\u0000b", "..", "a/..", "./."})
  void namesThatAreNoPathsAreRefused(String name) {
    assertThatThrownBy(() -> Bundle.of(Map.of(name, CODE), name, null, List.of()))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void aNameThatClimbsFurtherThanAnyProjectIsRefused() {
    var name = "../".repeat(11) + "x.ts";
    assertThatThrownBy(() -> Bundle.of(Map.of(name, CODE), name, null, List.of()))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void whatIsListedMustBeThere() {
    var files = Map.of("index.ts", CODE);
    assertThat(Bundle.of(files, "index.ts", null, List.of("*.html")).files()).hasSize(1);
    assertThatThrownBy(() -> Bundle.of(files, "main.ts", null, List.of()))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> Bundle.of(files, "index.ts", "deno.json", List.of()))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> Bundle.of(files, "index.ts", null, List.of("page.html")))
        .isInstanceOf(ApiException.class);
  }
}
