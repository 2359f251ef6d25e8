package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Messages that the database sends: delivered, kept for a while, and replayed.
class DatabaseMessagesTest {
  private static final TestServer SERVER = RealtimeServer.shared();

  private static String user() {
    return Tokens.of(SERVER.project(), "authenticated", UUID.randomUUID().toString());
  }

  private static void send(String topic, String event, int number, boolean isPrivate) {
    RealtimeServer.execute(
        SERVER,
        "select realtime.send('{\"n\":%d}', '%s', '%s', %s)"
            .formatted(number, event, topic, isPrivate));
  }

  @Test
  void aMessageOfTheDatabaseArrivesWithItsIdInBothVersions() {
    var topic = RealtimeServer.topic("both-");
    var anon = SERVER.project().keys().anonKey().reveal();
    try (var two = Phoenix.connect(SERVER);
        var one = Phoenix.connect(SERVER, anon, "1.0.0")) {
      two.join("realtime:" + topic, "{\"private\":true}", user());
      one.join("realtime:" + topic, "{}");
      send(topic, "e", 1, true);
      var came = two.event("broadcast");
      assertThat(came.bytes()[0]).isEqualTo((byte) 4);
      assertThat(came.payload().get("payload").get("n").getIntValue()).isEqualTo(1);
      assertThat(came.payload().get("meta").get("id"))
          .isEqualTo(came.payload().get("payload").get("id"));
      // R26: the public room of the same name is another room
      send(topic, "e", 2, false);
      var open = one.event("broadcast");
      assertThat(open.payload().get("payload").get("n").getIntValue()).isEqualTo(2);
      assertThat(open.payload().get("meta").get("id")).isNotNull();
    }
  }

  /// R23
  @Test
  void messagesOfOneTransactionAreReplayedInTheirOrder() throws InterruptedException {
    var topic = RealtimeServer.topic("both-");
    try (var client = Phoenix.connect(SERVER);
        var early = Phoenix.connect(SERVER)) {
      early.join("realtime:" + topic, "{\"private\":true}", user());
      RealtimeServer.execute(
          SERVER,
          "do $$ begin for i in 1..5 loop perform realtime.send(jsonb_build_object('n', i), 'e', '%s', true); end loop; end $$"
              .formatted(topic));
      for (int i = 0; i < 5; i++) {
        // whoever joins before the stream has come so far gets the first one, too
        early.event("broadcast");
      }
      var since = System.currentTimeMillis() - 60_000;
      var config =
          "{\"private\":true,\"broadcast\":{\"replay\":{\"since\":%d,\"limit\":4}}}"
              .formatted(since);
      assertThat(client.join("realtime:" + topic, config, user()).status()).isEqualTo("ok");
      var numbers = new ArrayList<Integer>();
      for (int i = 0; i < 4; i++) {
        var message = client.event("broadcast");
        assertThat(message.joinRef()).isEqualTo("1");
        assertThat(message.payload().get("meta").get("replayed").getBooleanValue()).isTrue();
        numbers.add(message.payload().get("payload").get("n").getIntValue());
      }
      assertThat(numbers).containsExactly(2, 3, 4, 5);
      assertThat(client.within(Duration.ofMillis(100)))
          .extracting(Phoenix.Received::event)
          .doesNotContain("broadcast");
    }
  }

  @Test
  void replayNeedsAPrivateChannelAndAMoment() {
    try (var client = Phoenix.connect(SERVER)) {
      assertThat(
              client.join("realtime:open", "{\"broadcast\":{\"replay\":{\"since\":1}}}").reason())
          .startsWith("UnableToReplayMessages: ");
      assertThat(
              client
                  .join(
                      "realtime:" + RealtimeServer.topic("both-"),
                      "{\"private\":true,\"broadcast\":{\"replay\":{\"since\":\"x\"}}}",
                      user())
                  .reason())
          .startsWith("UnableToReplayMessages: ");
    }
  }

  @Test
  void aClientThatAsksIsToldWhenMessagesOfTheDatabaseArrive() {
    try (var client = Phoenix.connect(SERVER)) {
      client.join("realtime:ready", "{\"broadcast\":{\"replication_ready\":true}}");
      var system = client.event("system").payload();
      assertThat(system.get("extension").getStringValue()).isEqualTo("system");
      assertThat(system.get("status").getStringValue()).isEqualTo("ok");
      assertThat(system.get("message").getStringValue())
          .isEqualTo("Replication connection established");
      assertThat(system.get("channel").getStringValue()).isEqualTo("ready");
    }
  }

  /// R22
  @Test
  void messagesAreKeptBeforeAnyClientCame() {
    assertThat(
            TestPostgres.value(
                SERVER.project().admin().login(),
                "select count(*) >= 4 from pg_inherits where inhparent ="
                    + " 'realtime.messages'::regclass"))
        .isEqualTo("t");
  }

  /// R22, after the clock has moved on.
  @Test
  void messagesOfComingDaysAreKeptAndThoseOfPastDaysGo() {
    var login = SERVER.project().admin().login();
    var insert =
        "insert into realtime.messages (topic, extension, inserted_at) select 'later', 'broadcast',"
            + " (now() at time zone 'utc') + n * interval '1 day' from generate_series(%d, %d) n";
    var past =
        "messages_' || to_char((now() at time zone 'utc') - interval '5 days', 'YYYY_MM_DD')";
    TestPostgres.execute(login, insert.formatted(0, 3));
    TestPostgres.execute(
        login,
        "do $$ begin execute format('create table realtime.%I partition of realtime.messages for"
            + " values from (%L) to (%L)', '"
            + past
            + ", (now() at time zone 'utc')::date - 5, (now() at time zone 'utc')::date - 4);"
            + " end $$");

    TestPostgres.execute(login, "select stabbur.roll_message_partitions(4)");

    TestPostgres.execute(login, insert.formatted(4, 4));
    assertThat(
            TestPostgres.value(
                login, "select count(*)::text from realtime.messages where topic = 'later'"))
        .isEqualTo("5");
    assertThat(
            TestPostgres.value(
                login, "select (to_regclass('realtime.' || '" + past + ") is null)::text"))
        .isEqualTo("true");
    TestPostgres.execute(login, "delete from realtime.messages where topic = 'later'");
  }
}
