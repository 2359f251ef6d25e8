package io.stabbur.functions.manage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.functions.deploy.Bundle;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigRulesTest {
  private final ConfigRules rules = new ConfigRules(List.of("registry.example.org"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "deno.json | {}",
        "deno.json | {\"importMap\":\"import_map.json\"}",
        "deno.json | {\"importMap\":\"./maps/a.json\"}",
        "a/deno.json | {\"importMap\":\"../import_map.json\"}",
        "deno.jsonc | {/* x */ 'workspace': ['./a', './b',],}",
        "deno.json | \uFEFF{}",
        "deno.json | {\"imports\":{\"x\":\"/etc/passwd\"}}",
        "package.json | {\"workspaces\":[\"packages/*\"]}",
        "other.json | {\"importMap\":\"/etc/passwd\"}",
        "other.json | broken",
        ".npmrc | registry=https://registry.example.org/",
        ".npmrc | @a:registry = https://registry.example.org/npm",
        "npmrc | registry=https://evil.example.com/"
      })
  void whatStaysInsideIsAccepted(String name, String text) {
    assertThatCode(() -> rules.require(bundle(name, text))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "deno.json | {\"importMap\":\"/etc/passwd\"} | /etc/passwd",
        "deno.json | {\"importMap\":\"../import_map.json\"} | ../import_map.json",
        "a/deno.json | {\"importMap\":\"../../x.json\"} | ../../x.json",
        "deno.json | {\"importMap\":\"a/../../x.json\"} | a/../../x.json",
        "deno.json | {\"importMap\":\"https://evil.example.com/x.json\"} |"
            + " https://evil.example.com/x.json",
        "deno.json | {\"importMap\":\"file:///etc/passwd\"} | file:///etc/passwd",
        "deno.json | {\"importMap\":\"..\\\\x.json\"} | ..\\x.json",
        "deno.json | {\"importMap\":\"\\u002fetc/passwd\"} | /etc/passwd",
        "deno.jsonc | {importMap: '/etc/passwd'} | /etc/passwd",
        "deno.json | {\"workspace\":[\"a\",\"/b\"]} | /b",
        "deno.json | {\"workspace\":{\"members\":[\"../b\"]}} | ../b",
        "deno.json | {\"links\":[\"../x\"]} | ../x",
        "deno.json | {\"patch\":[\"/x\"]} | /x",
        "deno.json | {\"compilerOptions\":{\"extends\":\"/x\"}} | /x",
        "a/b/package.json | {\"workspaces\":[\"../../../c\"]} | ../../../c"
      })
  void whatLeadsOutIsRefused(String name, String text, String named) {
    assertRejected(
        name, text, "%s names %s, which is not part of the deployment".formatted(name, named));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"importMap\":}", "{\"a\" \"b\"}", "{]"})
  void whatCannotBeReadIsRefused(String text) {
    assertRejected("deno.json", text, "deno.json is not JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry=https://evil.example.com/",
        "  registry = https://evil.example.com/  ",
        "a=b\n@scope:registry=https://evil.example.com/",
        "registry=https://registry.example.org:8443/",
        "registry=http://registry.example.org/",
        "registry=https://registry.example.org@evil.example.com/",
        "registry=file:///tmp",
        "registry=${REGISTRY}",
        "registry="
      })
  void otherRegistriesAreRefused(String text) {
    assertRejected(
        "a/.npmrc",
        text,
        "a/.npmrc names a registry that this server does not use; its operator may add the host to"
            + " stabbur.functions.import-hosts");
  }

  private void assertRejected(String name, String text, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> rules.require(bundle(name, text)))
        .satisfies(
            e -> Assertions.assertThat(e.error()).isEqualTo(new FunctionError.Rejected(message)));
  }

  private static Bundle bundle(String name, String text) {
    return new Bundle(Map.of(name, text.getBytes(StandardCharsets.UTF_8)), "index.ts", null);
  }
}
