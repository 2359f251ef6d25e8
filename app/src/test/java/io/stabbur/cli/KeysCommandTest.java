package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys by command: those of clients, of personal data, and tokens of programs.
class KeysCommandTest {
  private final CommandServer server = CommandServer.shared();

  @Test
  void anApiKeyIsMadeListedWithoutItsTextAndRevoked() {
    var made = server.run("keys", "create", "nightly export").strip();
    var list = server.run("keys", "list");

    assertThat(made).startsWith("sb_secret_");
    assertThat(probe(made)).isEqualTo(200);
    assertThat(list).contains("nightly export").contains("ES256").doesNotContain(made);
    assertThat(server.run("keys", "revoke", field(list, "nightly export", 2))).contains("revoked");
    assertThat(probe(made)).isEqualTo(401);
  }

  @Test
  void aRotatedApiKeyIsWhatStatusPrintsAndTheOldOneStaysGood() {
    var first = status("SECRET_KEY");

    var rotated = server.run("keys", "rotate", "--api-key", "secret").strip();

    assertThat(status("SECRET_KEY")).isEqualTo(rotated).isNotEqualTo(first);
    assertThat(server.run("keys", "list")).doesNotContain(rotated);
    assertThat(probe(first)).isEqualTo(200);
    assertThat(probe(rotated)).isEqualTo(200);
  }

  @Test
  void keysOfAnotherInstallationAreImportedAndASecretIsShownOnce(@TempDir Path folder)
      throws Exception {
    var file = folder.resolve("signing_keys.json");
    var key = new ECKeyGenerator(Curve.P_256).keyID("elsewhere").generate();
    Files.writeString(file, "[" + key.toJSONString() + "]");
    assertThat(server.run("keys", "import", file.toString())).contains("elsewhere");
    assertThat(status("JWT_ALGORITHM")).isEqualTo("ES256");
    assertThat(Http.get(status("JWKS_URL")).body()).contains("elsewhere");

    var rotated = server.run("keys", "rotate", "--signing", "--algorithm", "HS256");
    var secret = rotated.lines().filter(line -> line.startsWith("Secret of")).findFirst();
    assertThat(secret.orElseThrow()).matches("Secret of the new key, .*: .{43,}");
    var shown = secret.get().substring(secret.get().lastIndexOf(' ') + 1);
    assertThat(server.run("keys", "list")).contains("HS256").doesNotContain(shown);
    assertThat(server.run("keys", "rotate", "--signing")).doesNotContain(shown);
    assertThat(status("JWT_ALGORITHM")).isEqualTo("HS256");
    assertThat(Http.get(status("JWKS_URL")).body()).doesNotContain(shown);
  }

  @Test
  void theKeyOfPersonalDataIsRotatedToTheNextVersion() {
    assertThat(server.run("keys", "rotate", "--personal-data"))
        .containsPattern("key version [2-9]");
  }

  @Test
  void aProgramHasATokenUntilItIsRevoked() {
    var _ =
        server.run(
            "org", "create", "Import", "--slug=import", "--admin-email=leder@import.example");
    var token =
        server
            .run(
                "token",
                "create",
                "nightly import",
                "--organization=import",
                "--role=coordinator",
                "--expires=30d")
            .strip();
    var before = server.run("token", "list");

    assertThat(before)
        .contains("active", "LAST USED", "coordinator  -  ", "nightly import")
        .doesNotContain(token);
    assertThat(exchange(token)).isEqualTo(200);
    assertThat(server.run("token", "list")).containsPattern("coordinator +20[0-9]{2}-");
    assertThat(server.run("token", "revoke", field(before, "nightly import", 1)))
        .contains("revoked");
    assertThat(exchange(token)).isEqualTo(400);
  }

  private int exchange(String token) {
    return server.auth(
        "/token?grant_type=application_token", "{\"token\": \"%s\"}".formatted(token));
  }

  private int probe(String key) {
    return Http.get(server.server().url() + "/admin/v1/organizations", "apikey", key).statusCode();
  }

  private String status(String name) {
    var node = Json.parse(server.run("status", "-o", "json")).get(name);
    assertThat(node).as(name).isNotNull();
    return node == null ? "" : node.getStringValue();
  }

  /// A word of the line that ends with a name.
  private static String field(String list, String name, int at) {
    var line = list.lines().filter(each -> each.endsWith(name)).findFirst().orElseThrow();
    return line.split(" +", -1)[at];
  }
}
