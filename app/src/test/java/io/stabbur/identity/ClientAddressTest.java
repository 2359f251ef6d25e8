package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micronaut.http.HttpRequest;
import io.stabbur.platform.http.ProxySettings;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClientAddressTest {
  private static final HttpRequest<?> THROUGH_A_PROXY =
      HttpRequest.GET("/rest/v1/").header("X-Forwarded-For", "192.0.2.7, 2001:db8::1");

  @Test
  void aProxyThatIsNotTrustedIsWarnedOfOnce() {
    var direct = new ClientAddress(new ProxySettings(0));

    assertThat(warnings(() -> direct.of(HttpRequest.GET("/rest/v1/")))).isZero();
    assertThat(warnings(() -> direct.of(THROUGH_A_PROXY))).isEqualTo(1);
    assertThat(warnings(() -> direct.of(THROUGH_A_PROXY))).isZero();
    assertThat(direct.of(THROUGH_A_PROXY)).isNotIn("192.0.2.7", "2001:db8::1");
  }

  @Test
  void theOutermostTrustedProxySaysWhoTheClientIs() {
    var behindOne = new ClientAddress(new ProxySettings(1));
    var behindTwo = new ClientAddress(new ProxySettings(2));
    var behindThree = new ClientAddress(new ProxySettings(3));

    assertThat(warnings(() -> behindOne.of(THROUGH_A_PROXY))).isZero();
    assertThat(behindOne.of(THROUGH_A_PROXY)).isEqualTo("2001:db8::1");
    assertThat(behindTwo.of(THROUGH_A_PROXY)).isEqualTo("192.0.2.7");
    assertThat(behindThree.of(THROUGH_A_PROXY)).isNotIn("192.0.2.7", "2001:db8::1");
  }

  private static int warnings(Runnable asked) {
    var logger = (Logger) LoggerFactory.getLogger(ClientAddress.class);
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    logger.addAppender(logged);
    try {
      asked.run();
    } finally {
      logger.detachAppender(logged);
    }
    return logged.list.size();
  }
}
