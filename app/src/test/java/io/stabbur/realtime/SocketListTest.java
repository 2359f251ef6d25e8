package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What operators see of realtime, and how they end a socket or a channel.
class SocketListTest {
  private static final String PERSON = "11111111-1111-4111-8111-111111111111";
  private final TestServer server = RealtimeServer.shared();
  private final String secret = server.project().keys().secretKey().reveal();

  @Test
  void socketsAndChannelsAreListedWithoutPersonalData() {
    var topic = RealtimeServer.topic("both-");
    try (var client = Phoenix.connect(server)) {
      var token = Tokens.of(server.project(), "authenticated", PERSON);
      client.join(
          "realtime:" + topic,
          """
          {"private":true,"postgres_changes":[
            {"event":"INSERT","schema":"public","table":"activities",
             "filter":"title=eq.Ada Lovelace,id=in.(1,2)"}]}\
          """,
          token);
      client.join("realtime:user:" + PERSON, "{}", token);
      client.push(
          "1",
          "realtime:" + topic,
          "broadcast",
          "{\"type\":\"broadcast\",\"event\":\"x\",\"payload\":{\"name\":\"Ada\"}}");
      client.untilHeartbeat();

      var socket = socketOf(topic);
      assertThat(socket.get("protocol").getStringValue()).isEqualTo("2.0.0");
      assertThat(socket.get("role").getStringValue()).isEqualTo("anon");
      var channel = channel(socket, topic);
      assertThat(channel.get("kind").getStringValue()).isEqualTo("private");
      assertThat(channel.get("role").getStringValue()).isEqualTo("authenticated");
      assertThat(channel.get("messages_in").getIntValue()).isEqualTo(1);
      assertThat(channel.get("messages_out").getIntValue()).isNotNegative();
      assertThat(channel.get("changes").get(0).getStringValue())
          .isEqualTo("INSERT public.activities title eq, id in");
      assertThat(channel(socket, "user:…").get("kind").getStringValue()).isEqualTo("public");
      assertThat(Json.write(socket)).doesNotContain("Ada", PERSON);
    }
  }

  @Test
  void aSocketThatIsEndedIsToldToComeBack() {
    var topic = RealtimeServer.topic("ended-");
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:" + topic, "{}");
      var id = socketOf(topic).get("id").getStringValue();

      assertThat(delete("/sockets/" + id, secret)).isEqualTo(204);

      assertThat(client.event("system").payload().get("message").getStringValue())
          .isEqualTo("Server requested disconnect");
      assertThat(client.closeCode()).isEqualTo(1012);
      Await.until("the socket is gone", () -> sockets().stream().noneMatch(each -> is(each, id)));
      assertThat(delete("/sockets/" + id, secret)).isEqualTo(404);
    }
  }

  @Test
  void aChannelIsEndedWhileTheOthersOfItsSocketGoOn() {
    var topic = RealtimeServer.topic("ended-");
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:" + topic, "{}");
      client.join("realtime:other-" + topic, "{}");
      var socket = socketOf(topic);
      var number = channel(socket, topic).get("number").getIntValue();
      var path = "/sockets/" + socket.get("id").getStringValue() + "/channels/" + number;

      assertThat(delete(path, secret)).isEqualTo(204);

      assertThat(client.event("phx_close").topic()).isEqualTo("realtime:" + topic);
      assertThat(topics(socketOf("other-" + topic))).containsExactly("other-" + topic);
    }
  }

  @Test
  void onlyTheServiceRoleSeesAndEndsSockets() {
    var anon = server.project().keys().anonKey().reveal();
    var person = Tokens.of(server.project(), "authenticated", PERSON);
    var url = server.url() + "/admin/v1/realtime";
    assertThat(Http.get(url).statusCode()).isEqualTo(401);
    assertThat(Http.get(url, "apikey", anon).statusCode()).isEqualTo(403);
    assertThat(Http.get(url, "apikey", anon, "Authorization", "Bearer " + person).statusCode())
        .isEqualTo(403);
    assertThat(delete("/sockets/x", anon)).isEqualTo(403);
    assertThat(delete("/sockets/x/channels/1", anon)).isEqualTo(403);
  }

  @Test
  void metricsCountConnectionsJoinsMessagesAndBytes() {
    var topic = RealtimeServer.topic("metered-");
    double before = metric("stabbur_realtime_joins_total", "kind=\"public\"");
    double sent = metric("stabbur_realtime_messages_total", "direction=\"in\",kind=\"public\"");
    try (var client = Phoenix.connect(server)) {
      client.join("realtime:" + topic, "{}");
      client.push(
          "1",
          "realtime:" + topic,
          "broadcast",
          "{\"type\":\"broadcast\",\"event\":\"x\",\"payload\":{}}");
      client.untilHeartbeat();

      assertThat(metric("stabbur_realtime_joins_total", "kind=\"public\"")).isGreaterThan(before);
      assertThat(metric("stabbur_realtime_messages_total", "direction=\"in\",kind=\"public\""))
          .isGreaterThan(sent);
      assertThat(metric("stabbur_realtime_connections", "")).isGreaterThanOrEqualTo(1);
      assertThat(metric("stabbur_realtime_channels", "kind=\"public\"")).isGreaterThanOrEqualTo(1);
      assertThat(metric("stabbur_realtime_bytes_total", "direction=\"in\",kind=\"public\""))
          .isPositive();
    }
  }

  @Test
  void theTimeFromACommitToItsDeliveryIsAMetric() {
    RealtimeServer.execute(
        server,
        """
        create table public.t_metered (id int primary key);
        grant select on public.t_metered to anon;
        alter publication supabase_realtime add table public.t_metered;
        """);
    try (var client = Phoenix.connect(server)) {
      client.join(
          "realtime:" + RealtimeServer.topic("changes-"),
          "{\"postgres_changes\":[{\"event\":\"*\",\"schema\":\"public\",\"table\":\"t_metered\"}]}");
      double before = metric("stabbur_realtime_change_latency_seconds_count", "");
      RealtimeServer.execute(server, "insert into public.t_metered values (1)");
      client.event("postgres_changes");

      Await.until(
          "the change is counted",
          () -> metric("stabbur_realtime_change_latency_seconds_count", "") > before);
      assertThat(metric("stabbur_realtime_change_deliveries_total", "")).isPositive();
      assertThat(metrics()).contains("stabbur_realtime_change_latency_seconds_bucket");
    }
  }

  private List<JsonNode> sockets() {
    var answer = Http.get(server.url() + "/admin/v1/realtime", "apikey", secret);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return list(Json.parse(answer.body()).get("sockets"));
  }

  private static List<JsonNode> list(JsonNode array) {
    var all = new ArrayList<JsonNode>();
    array.values().forEach(all::add);
    return all;
  }

  private static boolean is(JsonNode socket, String id) {
    return socket.get("id").getStringValue().equals(id);
  }

  private JsonNode socketOf(String topic) {
    return sockets().stream()
        .filter(each -> topics(each).contains(topic))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> topics(JsonNode socket) {
    return list(socket.get("channels")).stream()
        .map(each -> each.get("topic").getStringValue())
        .toList();
  }

  private static JsonNode channel(JsonNode socket, String topic) {
    return list(socket.get("channels")).stream()
        .filter(each -> each.get("topic").getStringValue().equals(topic))
        .findFirst()
        .orElseThrow();
  }

  private int delete(String path, String key) {
    var uri = URI.create(server.url() + "/admin/v1/realtime" + path);
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(uri).DELETE().header("apikey", key).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String metrics() {
    return Http.get(server.url() + "/metrics", "apikey", secret).body();
  }

  /// The value of a metric of the first project; 0 where it is not there.
  private double metric(String name, String labels) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains(labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
