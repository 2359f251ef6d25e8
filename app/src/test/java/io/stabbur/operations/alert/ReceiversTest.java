package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The forms in which receivers are told, as they arrive.
class ReceiversTest {
  @Test
  void eachKindIsToldInItsOwnForm() {
    try (var outside = new AlertReceiver(0)) {
      var settings = new HashMap<String, Object>();
      for (var kind : ReceiverSettings.Kind.values()) {
        var name = kind.name().toLowerCase(java.util.Locale.ROOT);
        var prefix = "stabbur.operations.alerts.receivers." + name + ".";
        settings.put(prefix + "kind", name);
        settings.put(prefix + "url", outside.url() + "/" + name);
        settings.put(prefix + "token", "the token of " + name);
        settings.put(prefix + "room", "!room:example.org");
        settings.put(prefix + "to", "oncall@example.org");
      }
      try (var server = TestServer.start(settings)) {
        var key = server.project().keys().secretKey().reveal();
        var answer = Http.post(server.url() + "/alerts/test", "", "apikey", key);

        assertThat(answer.body())
            .contains("\"mail\":\"no mail server is set: stabbur.auth.mail.host\"")
            .contains("\"teams\":\"delivered\"");
        assertThat(body(outside, "/slack"))
            .contains("{\"text\":\"WARNING: TestAlert (default)")
            .contains("Nothing is wrong.");
        assertThat(body(outside, "/teams"))
            .contains("\"contentType\":\"application/vnd.microsoft.card.adaptive\"")
            .contains("\"type\":\"AdaptiveCard\"");
        assertThat(body(outside, "/webhook"))
            .contains("\"version\":\"4\"")
            .contains("\"receiver\":\"webhook\"")
            .contains("\"status\":\"firing\"");
        assertThat(body(outside, "/alertmanager/api/v2/alerts"))
            .startsWith("[{\"labels\":{\"alertname\":\"TestAlert\"")
            .doesNotContain("\"endsAt\":\"0001");
        assertThat(body(outside, "/matrix/_matrix/client/v3/rooms/%21room%3Aexample.org/send/"))
            .startsWith("{\"msgtype\":\"m.text\",\"body\":\"WARNING: TestAlert");
        assertThat(outside.calls())
            .filteredOn(call -> call.path().startsWith("/matrix"))
            .allSatisfy(call -> assertThat(call.method()).isEqualTo("PUT"))
            .allSatisfy(
                call -> assertThat(call.authorization()).isEqualTo("Bearer the token of matrix"));
      }
    }
  }

  @Test
  void eachAddressOfAMailIsAReceiverOfItsOwn() {
    var mail =
        new ReceiverSettings(
            "people", ReceiverSettings.Kind.MAIL, List.of("a@x.org", "b@x.org"), null, null, null);
    assertThat(mail.each())
        .extracting(ReceiverSettings::name)
        .containsExactly("people", "people b@x.org");
    assertThat(mail.each())
        .extracting(ReceiverSettings::to)
        .containsExactly(List.of("a@x.org"), List.of("b@x.org"));
  }

  private static @Nullable String body(AlertReceiver outside, String path) {
    return outside.calls().stream()
        .filter(call -> call.path().startsWith(path))
        .map(AlertReceiver.Call::body)
        .findFirst()
        .orElse(null);
  }
}
