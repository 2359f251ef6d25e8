package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.HashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A provider of text messages that is named and cannot work.
class SmsProviderTest {
  @ParameterizedTest
  @CsvSource({"twilio,", "twilio,stabbur.auth.sms.account", "http,", "messagebird,"})
  void whoCannotBeSentACodeIsToldSo(String provider, String given) {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.auth.phone", true);
    settings.put("stabbur.auth.sms.provider", provider);
    if (given != null) {
      settings.put(given, "AC0");
    }
    try (var server = TestServer.start(settings)) {
      var client = new AuthClient(server);
      var phone = AuthServer.newPhone();

      var code = client.post("/otp", "{\"phone\": \"" + phone + "\"}");
      assertThat(code.status()).isEqualTo(422);
      assertThat(code.text("code")).isEqualTo("sms_send_failed");
      var signUp =
          client.post(
              "/signup",
              "{\"phone\": \"%s\", \"password\": \"%s\"}".formatted(phone, AuthClient.PASSWORD));
      assertThat(signUp.status()).isEqualTo(422);
      assertThat(client.admin().get("/admin/users").at("users").size()).isZero();
    }
  }
}
