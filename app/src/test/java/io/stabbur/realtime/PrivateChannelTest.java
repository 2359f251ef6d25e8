package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Private channels: policies on `realtime.messages` decide who joins, hears, sees and sends.
class PrivateChannelTest {
  private static final TestServer SERVER = RealtimeServer.shared();
  private static final String PRIVATE =
      "{\"private\":true,\"broadcast\":{\"ack\":true,\"self\":true}}";
  private static final String MESSAGE =
      "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{\"n\":1}}";
  private static final String TRACK =
      "{\"type\":\"presence\",\"event\":\"track\",\"payload\":{\"n\":1}}";

  private static String user() {
    return Tokens.of(SERVER.project(), "authenticated", UUID.randomUUID().toString());
  }

  private static String topic(String begin) {
    return "realtime:" + RealtimeServer.topic(begin);
  }

  @Test
  void whoeverMayReadJoinsAndWhoeverMayWriteSends() {
    try (var client = Phoenix.connect(SERVER)) {
      var topic = topic("both-");
      assertThat(client.join(topic, PRIVATE, user()).status()).isEqualTo("ok");
      var ref = client.push("1", topic, "broadcast", MESSAGE);
      assertThat(client.event("broadcast").payload().get("event").getStringValue()).isEqualTo("e");
      assertThat(client.reply(ref).status()).isEqualTo("ok");
    }
  }

  @Test
  void aJoinWithoutAReadRightIsRefusedWithTheTopic() {
    try (var client = Phoenix.connect(SERVER)) {
      var reply = client.join("realtime:secret", PRIVATE, user());
      assertThat(reply.status()).isEqualTo("error");
      assertThat(reply.reason())
          .isEqualTo(
              "Unauthorized: You do not have permissions to read from this Channel topic: secret");
      var anonymous = client.join(topic("both-"), PRIVATE);
      assertThat(anonymous.reason()).startsWith("Unauthorized: ");
    }
  }

  /// R17
  @Test
  void aPolicyThatFailsIsADenialWithAReason() {
    try (var client = Phoenix.connect(SERVER)) {
      var reply = client.join(topic("broken-"), PRIVATE, user());
      assertThat(reply.reason()).startsWith("Unauthorized: ");
      assertThat(client.join(topic("both-"), PRIVATE, user()).status()).isEqualTo("ok");
    }
  }

  @Test
  void aBroadcastWithoutAWriteRightIsDroppedEvenWhenAcknowledged() {
    var topic = topic("read-");
    try (var client = Phoenix.connect(SERVER);
        var other = Phoenix.connect(SERVER)) {
      client.join(topic, PRIVATE, user());
      other.join(topic, PRIVATE, user());
      client.push("1", topic, "broadcast", MESSAGE);
      client.push("1", topic, "broadcast", MESSAGE);
      assertThat(client.untilHeartbeat())
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast", "phx_reply");
      assertThat(other.untilHeartbeat())
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast");
    }
  }

  /// R20
  @Test
  void whoeverMayOnlyHearNeverSeesPresence() throws InterruptedException {
    var hear = topic("hear-");
    try (var listener = Phoenix.connect(SERVER);
        var service = Phoenix.connect(SERVER, SERVER.project().keys().serviceRoleKey().reveal())) {
      listener.join(hear, PRIVATE, user());
      service.join(hear, PRIVATE);
      var ref = service.push("1", hear, "presence", TRACK);
      assertThat(service.reply(ref).status()).isEqualTo("ok");
      service.event("presence_diff");
      service.push("1", hear, "broadcast", MESSAGE);
      assertThat(listener.event("broadcast")).isNotNull();
      assertThat(listener.within(Duration.ofMillis(100)))
          .extracting(Phoenix.Received::event)
          .doesNotContain("presence_state", "presence_diff");
    }
  }

  @Test
  void whoeverMayOnlySeeNeverHearsBroadcasts() throws InterruptedException {
    var see = topic("see-");
    try (var member = Phoenix.connect(SERVER);
        var service = Phoenix.connect(SERVER, SERVER.project().keys().serviceRoleKey().reveal())) {
      assertThat(member.join(see, PRIVATE, user()).status()).isEqualTo("ok");
      service.join(see, PRIVATE);
      service.push("1", see, "broadcast", MESSAGE);
      service.push("1", see, "presence", TRACK);
      assertThat(
              member
                  .next(
                      each ->
                          each.event().equals("presence_diff") || each.event().equals("broadcast"))
                  .event())
          .isEqualTo("presence_diff");
    }
  }

  @Test
  void publicAndPrivateTopicsOfOneNameAreDifferentRooms() throws InterruptedException {
    var topic = topic("both-");
    try (var hidden = Phoenix.connect(SERVER);
        var open = Phoenix.connect(SERVER)) {
      hidden.join(topic, PRIVATE, user());
      open.join(topic, "{\"broadcast\":{\"ack\":true}}");
      var ref = open.push("1", topic, "broadcast", MESSAGE);
      open.reply(ref);
      hidden.push("1", topic, "broadcast", MESSAGE);
      hidden.event("broadcast");
      assertThat(hidden.within(Duration.ofMillis(100)))
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast");
      assertThat(open.within(Duration.ofMillis(50)))
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast");
    }
  }

  /// "starts receiving broadcasts when broadcast read is granted on new access_token"
  @Test
  void aNewTokenBringsNewRightsAndTakesAwayOldOnes() {
    var me = UUID.randomUUID();
    var topic = "realtime:user:" + me;
    var mine = Tokens.of(SERVER.project(), "authenticated", me.toString());
    try (var client = Phoenix.connect(SERVER)) {
      assertThat(client.join(topic, PRIVATE, mine).status()).isEqualTo("ok");
      client.push("1", topic, "access_token", "{\"access_token\":\"%s\"}".formatted(user()));
      var system = client.event("system");
      assertThat(system.joinRef()).isEqualTo("1");
      assertThat(system.payload().get("status").getStringValue()).isEqualTo("error");
      assertThat(client.event("phx_close").joinRef()).isEqualTo("1");
    }
  }

  @Test
  void presenceOnAPrivateTopicNeedsItsOwnRightToWrite() {
    var topic = topic("read-");
    try (var client = Phoenix.connect(SERVER)) {
      client.join(topic, PRIVATE, user());
      var ref = client.push("1", topic, "presence", TRACK);
      assertThat(client.reply(ref).status()).isEqualTo("error");
      assertThat(client.untilHeartbeat())
          .extracting(Phoenix.Received::event)
          .doesNotContain("presence_diff");
    }
  }

  @Test
  void askingThePoliciesStoresNothing() {
    var topic = topic("both-");
    try (var client = Phoenix.connect(SERVER)) {
      client.join(topic, PRIVATE, user());
      client.reply(client.push("1", topic, "broadcast", MESSAGE));
    }
    var login = SERVER.project().admin().login();
    assertThat(
            TestPostgres.value(
                login,
                "select count(*)::text from realtime.messages where topic = ?",
                topic.substring("realtime:".length())))
        .isEqualTo("0");
  }

  /// Nobody but the login role of the API may place the messages that policies are asked about.
  @Test
  void noRoleOfTheApiMayPlaceMessages() {
    for (var role : List.of("anon", "authenticated", "service_role")) {
      assertThat(
              TestPostgres.value(
                  SERVER.project().admin().login(),
                  "select has_function_privilege(?,"
                      + " 'stabbur.place_realtime_probes(text,uuid,uuid)', 'execute')::text",
                  role))
          .isEqualTo("false");
    }
  }

  @Test
  void aChannelWhoseTokenExpiresIsClosed() {
    var claims =
        "{\"role\":\"authenticated\",\"sub\":\"%s\",\"exp\":%s}"
            .formatted(UUID.randomUUID(), Instant.now().plusSeconds(2).getEpochSecond() + ".5");
    var token =
        Tokens.signed(SERVER.project().keys().jwtSecret().reveal(), "{\"alg\":\"HS256\"}", claims);
    try (var client = Phoenix.connect(SERVER)) {
      assertThat(client.join(topic("both-"), PRIVATE, token).status()).isEqualTo("ok");
      assertThat(client.event("system").payload().get("message").getStringValue())
          .startsWith("Token has expired ");
      client.event("phx_close");
      assertThat(client.isOpen()).isTrue();
    }
  }

  @Test
  void policiesAreAskedOnceForManyEqualJoins() {
    var token = user();
    try (var client = Phoenix.connect(SERVER)) {
      for (int i = 0; i < 50; i++) {
        client.push(
            null,
            topic("both-"),
            "phx_join",
            "{\"config\":{\"private\":true},\"access_token\":\"%s\"}".formatted(token));
      }
      var replies = new ArrayList<String>();
      while (replies.size() < 50) {
        replies.add(client.event("phx_reply").status());
      }
      assertThat(replies).containsOnly("ok");
    }
  }
}
