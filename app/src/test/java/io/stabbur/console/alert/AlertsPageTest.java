package io.stabbur.console.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.alert.ReceiverSettings;
import io.stabbur.operations.alert.ReceiverSettings.Kind;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Of who is told of alerts the page shows no secret.
class AlertsPageTest {
  @Test
  void aMailShowsItsAddressesAndAHookItsHostAlone() {
    var mail =
        new ReceiverSettings(
            "board", Kind.MAIL, List.of("a@example.org", "b@example.org"), null, null, null);
    assertThat(AlertsPage.place(mail)).isEqualTo("a@example.org, b@example.org");
    var slack =
        new ReceiverSettings(
            "chat",
            Kind.SLACK,
            null,
            URI.create("https://user:word@hooks.example.org/services/T0/secret"),
            "token",
            null);
    assertThat(AlertsPage.place(slack)).isEqualTo("hooks.example.org");
    assertThat(AlertsPage.kind(slack)).isEqualTo("slack");
  }
}
