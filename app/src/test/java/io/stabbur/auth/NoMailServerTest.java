package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stabbur.auth.signup.Autoconfirm;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A server that is nobody's development machine and has no mail server.
class NoMailServerTest {
  @Test
  void theStartSaysSoAndNobodyIsTakenAsConfirmed() {
    var log = (Logger) LoggerFactory.getLogger(Autoconfirm.class);
    var said = new ListAppender<ILoggingEvent>();
    said.start();
    log.addAppender(said);
    try (var server = TestServer.start(Map.of("stabbur.development", false))) {
      var client = new AuthClient(server);
      var email = AuthClient.newEmail();

      assertThat(said.list)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getFormattedMessage())
                    .startsWith("No mail server is set up")
                    .contains("stabbur.auth.mail.host");
              });
      assertThat(client.get("/settings").at("mailer_autoconfirm").getBooleanValue()).isFalse();
      var signUp = client.signUp(email);
      assertThat(signUp.status()).isEqualTo(422);
      assertThat(signUp.text("code")).isEqualTo("email_provider_disabled");
      assertThat(signUp.text("message")).contains("no mail server is set up");
      assertThat(client.signIn(email).text("code")).isEqualTo("invalid_credentials");
      assertThat(client.post("/otp", "{\"email\":\"%s\"}".formatted(email)).status())
          .isEqualTo(422);
      assertThat(client.post("/recover", "{\"email\":\"%s\"}".formatted(email)).status())
          .isEqualTo(200);
    } finally {
      log.detachAppender(said);
    }
  }
}
