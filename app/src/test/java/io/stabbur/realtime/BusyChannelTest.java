package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What reaches a channel while its join is not answered yet, or while it waits for the database:
/// it is done as soon as it can be, and what waits is bounded.
@Tag("nightly")
class BusyChannelTest {
  private static final String CHANGES =
      "{\"postgres_changes\":[{\"event\":\"*\",\"schema\":\"public\",\"table\":\"activities\"}]}";
  private TestServer server = TestServer.shared();

  /// A server of each test's own: its stream of changes has not begun, and nobody listens yet.
  @BeforeEach
  void start() {
    server = RealtimeServer.start(Map.of());
    RealtimeServer.execute(
        server,
        """
        create function public.t_slow() returns boolean language plpgsql as
          $$ begin perform pg_sleep(2.5); return true; end $$;
        create policy t_slow on realtime.messages for insert to authenticated with check (
          realtime.topic() like 'read-slow%' and public.t_slow())
        """);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// The stream of changes waits for the end of such a transaction, and joins for the stream.
  private Connection longTransaction() throws SQLException {
    var login = server.project().admin().login();
    var connection =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_current_xact_id()");
    }
    return connection;
  }

  private void awaitSlot() {
    Await.until(
        "the stream waits",
        () ->
            !"0"
                .equals(
                    TestPostgres.value(
                        server.project().admin().login(),
                        "select count(*) from pg_stat_activity where backend_type = 'walsender'")));
  }

  @Test
  void aBanWhileTheJoinIsUnderWayEndsTheChannelOnceItIsOpen() throws Exception {
    var person = signedIn();
    try (var transaction = longTransaction();
        var client = Phoenix.connect(server);
        var other = Phoenix.connect(server)) {
      // somebody is there, so that account changes are listened to
      other.join("realtime:open", "{}", signedIn().token);
      pause(1_000);
      var join =
          client.push(
              null,
              "realtime:open",
              "phx_join",
              "{\"config\":%s,\"access_token\":\"%s\"}".formatted(CHANGES, person.token));
      pause(500);
      ban(person);
      pause(2_500);
      transaction.rollback();
      assertThat(client.reply(join).status()).isEqualTo("ok");
      assertThat(systemError(client)).isEqualTo("User is banned");
    }
  }

  @Test
  void aBanWhileThePoliciesAreAskedEndsTheChannelAfterwards() {
    var person = signedIn();
    var topic = "realtime:" + RealtimeServer.topic("read-slow");
    try (var client = Phoenix.connect(server)) {
      client.join(topic, "{\"private\":true,\"broadcast\":{\"ack\":true}}", person.token);
      pause(1_500);
      client.push(
          "1", topic, "broadcast", "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{}}");
      pause(300);
      ban(person);
      assertThat(systemError(client)).isEqualTo("User is banned");
    }
  }

  @Test
  void aBanInTheFirstMomentOfAServerIsNotMissed() {
    var person = signedIn();
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:open", "{}", person.token);
      ban(person);
      assertThat(systemError(client)).isEqualTo("User is banned");
    }
  }

  /// 2.1
  @Test
  void aJoinThatWaitsIsRefusedWhereTheStreamIsNotThereInTime() throws Exception {
    var waits =
        "{\"postgres_changes_options\":{\"wait\":true,\"timeout\":%d}," + CHANGES.substring(1);
    try (var client = Phoenix.connect(server);
        var transaction = longTransaction()) {
      assertThat(client.join("realtime:waits", waits.formatted(700)).reason())
          .isEqualTo("PostgresChangesTimeout: The subscription was not established in time");
      transaction.rollback();
      assertThat(client.join("realtime:waits", waits.formatted(9_000)).status()).isEqualTo("ok");
    }
  }

  @Test
  void whatWaitsForTheReplyToAJoinIsBoundedInBytesAndWhatIsLostIsTold() throws Exception {
    try (var client = Phoenix.connect(server);
        var sender = Phoenix.connect(server);
        var transaction = longTransaction()) {
      sender.join("realtime:large", "{\"broadcast\":{\"ack\":true}}");
      var join = client.push(null, "realtime:large", "phx_join", "{\"config\":" + CHANGES + "}");
      awaitSlot();
      for (int i = 0; i < 5; i++) {
        var push =
            sender.push(
                "1",
                "realtime:large",
                "broadcast",
                "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{\"n\":%d,\"a\":\"%s\"}}"
                    .formatted(i, "x".repeat(1_500_000)));
        assertThat(sender.reply(push).status()).isEqualTo("ok");
      }
      transaction.rollback();
      assertThat(client.reply(join).status()).isEqualTo("ok");
      for (int i = 0; i < 2; i++) {
        var got = client.event("broadcast").payload().get("payload");
        assertThat(got.get("n").getIntValue()).isEqualTo(i);
      }
      // the key alone may not read the table either, which is told before or after
      assertThat(List.of(systemError(client), systemError(client)))
          .anyMatch(message -> message.startsWith("More messages came than could wait"));
    }
  }

  /// Somebody who is signed in.
  private record Person(String id, String token) {}

  private Person signedIn() {
    var email = "p" + UUID.randomUUID() + "@example.org";
    var user =
        service(
            "POST",
            "/admin/users",
            "{\"email\":\"%s\",\"password\":\"long enough 1\",\"email_confirm\":true}"
                .formatted(email));
    var session =
        service(
            "POST",
            "/token?grant_type=password",
            "{\"email\":\"%s\",\"password\":\"long enough 1\"}".formatted(email));
    return new Person(
        Json.parse(user).get("id").getStringValue(),
        Json.parse(session).get("access_token").getStringValue());
  }

  private void ban(Person person) {
    service("PUT", "/admin/users/" + person.id, "{\"ban_duration\":\"24h\"}");
  }

  private String service(String method, String path, String body) {
    var key = server.project().keys().serviceRoleKey().reveal();
    var reply =
        Http.send(
            method,
            server.url() + "/auth/v1" + path,
            body,
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    assertThat(reply.statusCode()).as(reply.body()).isLessThan(300);
    return reply.body();
  }

  private static String systemError(Phoenix client) {
    return client
        .next(
            frame ->
                frame.event().equals("system")
                    && frame.payload().get("status").getStringValue().equals("error"))
        .payload()
        .get("message")
        .getStringValue();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
