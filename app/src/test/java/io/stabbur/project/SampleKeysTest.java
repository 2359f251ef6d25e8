package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Keys that protect nothing: too short ones in whatever form, and those that every local Supabase
/// has, which a server for development takes.
class SampleKeysTest {
  private static final String SECRET = "super-secret-jwt-token-with-at-least-32-characters-long";
  private static final String PREFIX = "stabbur.projects.default.";

  @Test
  void aWeakKeyIsRefusedInWhateverForm() {
    for (var weak :
        new String[] {
          "kort",
          jwk("x".getBytes(StandardCharsets.UTF_8)),
          jwk(new byte[31]),
          "{\"keys\":[" + jwk(new byte[32]) + "," + jwk(new byte[1]) + "]}",
          "{\"keys\":[]}"
        }) {
      assertRefused(Map.of(PREFIX + "jwt-secret", weak), "is a sample or shorter than 32 bytes");
    }
  }

  @Test
  void samplesAreRefusedWhereTheServerIsNotForDevelopment() {
    assertRefused(Map.of(PREFIX + "jwt-secret", SECRET), "is a sample");
    assertRefused(
        Map.of(PREFIX + "jwt-secret", jwk(SECRET.getBytes(StandardCharsets.UTF_8))), "is a sample");
    assertRefused(
        Map.of(PREFIX + "service-role-key", demoKey("service_role")), "every local Supabase has");
    assertRefused(
        Map.of(PREFIX + "secret-key", "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"),
        "every local Supabase has");
    assertRefused(
        Map.of(
            PREFIX + "jwt-secret",
            SECRET,
            "stabbur.development",
            true,
            "micronaut.server.host",
            "0.0.0.0"),
        "is a sample");
  }

  @Test
  void onLoopbackInDevelopmentTheKeysOfALocalSupabaseWork() {
    var settings =
        Map.<String, Object>of(
            PREFIX + "jwt-secret",
            SECRET,
            PREFIX + "publishable-key",
            "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH",
            "stabbur.development",
            true,
            "micronaut.server.host",
            "127.0.0.1");
    try (var server = TestServer.start(settings)) {
      var users = server.url() + "/auth/v1/admin/users";
      var key = demoKey("service_role");

      assertThat(Http.get(users, "apikey", key, "Authorization", "Bearer " + key).statusCode())
          .isEqualTo(200);
      assertThat(
              Http.get(
                      server.url() + "/auth/v1/settings",
                      "apikey",
                      "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH")
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aSecretGivenAsAJwkSignsWithItsKey() {
    var key = Crypto.random(32);
    try (var server = TestServer.start(Map.of(PREFIX + "jwt-secret", jwk(key)))) {
      var anon = server.project().keys().anonKey().reveal();

      assertThat(Http.get(server.url() + "/auth/v1/settings", "apikey", anon).statusCode())
          .isEqualTo(200);
      var parts = anon.split("\\.", -1);
      assertThat(parts[2]).isEqualTo(signature(key, parts[0] + "." + parts[1]));
    }
  }

  private static void assertRefused(Map<String, Object> settings, String words) {
    var all = new HashMap<String, Object>(Map.of("stabbur.development", false));
    all.putAll(settings);
    assertThatThrownBy(() -> TestServer.start(all).close()).hasStackTraceContaining(words);
  }

  private static String jwk(byte[] key) {
    return "{\"kty\":\"oct\",\"k\":\"%s\"}".formatted(Crypto.base64Url(key));
  }

  /// As the command of a local Supabase prints it.
  private static String demoKey(String role) {
    var signed =
        Crypto.base64Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + Crypto.base64Url(
                "{\"iss\":\"supabase-demo\",\"role\":\"%s\",\"exp\":1983812996}"
                    .formatted(role)
                    .getBytes(StandardCharsets.UTF_8));
    return signed + "." + signature(SECRET.getBytes(StandardCharsets.UTF_8), signed);
  }

  private static String signature(byte[] key, String signed) {
    return Crypto.base64Url(Crypto.hmacSha256(key, signed.getBytes(StandardCharsets.US_ASCII)));
  }
}
