package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.testing.BreakingProxy;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The recipe of `app/docs/offline.md`, played: a day without a net, and an evening with a bad one.
class OfflineDayTest {
  private static final int WRITES = 200;

  /// Bytes in one direction after which a connection has broken; a request with its token is about
  /// half of it.
  private static final int LONGEST = 3000;

  private final World world = new World(TestServer.shared());

  @BeforeEach
  void oneMentor() {
    var organization = world.organization("admin");
    world.member(organization, "mentor", "peer_mentor");
    world.member(organization, "coordinator", "coordinator");
  }

  /// A write in the queue: sent until it is acknowledged, whatever becomes of the answer.
  private record Queued(String method, String path, String body) {}

  /// Every connection breaks within a few requests, at a byte of a request or of an answer.
  @Test
  void twoHundredQueuedWritesArriveOnceEach() throws Exception {
    var random = new Random(20_261_121);
    var intended = new LinkedHashMap<String, String>();
    var queue = day(random, intended);
    int port = URI.create(TestServer.shared().url()).getPort();

    int attempts = 0;
    try (var net = BreakingProxy.to(port, random, LONGEST);
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (var write : queue) {
        boolean acknowledged = false;
        while (!acknowledged) {
          acknowledged = acknowledged(client, net.port(), write);
          attempts++;
        }
      }
      assertThat(net.brokenRequests()).isGreaterThan(WRITES / 10);
      assertThat(net.brokenAnswers()).isGreaterThan(WRITES / 10);
    }

    assertThat(queue).hasSize(WRITES);
    assertThat(attempts).isGreaterThan(WRITES);
    var stored = new LinkedHashMap<String, String>();
    for (var row : world.as("mentor").rows("/rest/v1/activities?select=id,title,deleted_at")) {
      stored.put(
          Client.text(row, "id"),
          Client.text(row, "deleted_at").isEmpty() ? Client.text(row, "title") : "deleted");
    }
    assertThat(stored).containsExactlyInAnyOrderEntriesOf(intended);
    assertThat(
            new Owner(TestServer.shared())
                .text(
                    "select count(*) from public.audit_log where actor_id = ?::uuid and table_name = 'activities'",
                    world.id("mentor")))
        .as("a write that arrives again changes nothing")
        .isEqualTo(Integer.toString(WRITES));
  }

  @Test
  void aDeltaQueryBringsEveryChangeDeletionsIncluded() {
    var mentor = world.as("mentor");
    var id = UUID.randomUUID().toString();
    send(create(id, "first"));
    var since = updatedAt(id);
    send(new Queued("PATCH", row(id), Client.object("title", "second")));
    var between = updatedAt(id);
    send(new Queued("PATCH", row(id), Client.object("deleted_at", "2026-11-21T12:00:00Z")));

    var delta = mentor.rows("/rest/v1/activities?order=updated_at&updated_at=gt." + since);

    assertThat(between).isGreaterThan(since);
    assertThat(updatedAt(id)).isGreaterThan(between);
    assertThat(delta).extracting(r -> Client.text(r, "id")).containsExactly(id);
    assertThat(Client.text(delta.getFirst(), "deleted_at")).isNotEmpty();
    assertThat(mentor.rows("/rest/v1/activities?updated_at=gt." + updatedAt(id))).isEmpty();
  }

  @Test
  void aWriteBasedOnAStaleRowIsRefusedSoThatTheClientCanResolveIt() {
    var id = UUID.randomUUID().toString();
    send(create(id, "as I knew it"));
    var known = updatedAt(id);
    send(new Queued("PATCH", row(id), Client.object("title", "from my other telephone")));

    var answer =
        world
            .as("mentor")
            .with("Prefer", "return=representation")
            .patch(row(id) + "&updated_at=eq." + known, Client.object("title", "stale"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Client.list(answer)).isEmpty();
    assertThat(stored(id))
        .extracting(r -> Client.text(r, "title"))
        .isEqualTo("from my other telephone");
  }

  @Test
  void theSameUpdateTwiceLeavesUpdatedAtAlone() {
    var id = UUID.randomUUID().toString();
    send(create(id, "title"));
    send(new Queued("PATCH", row(id), Client.object("summary", "the same words")));
    var once = updatedAt(id);

    send(new Queued("PATCH", row(id), Client.object("summary", "the same words")));

    assertThat(updatedAt(id)).isEqualTo(once);
  }

  /// Creations, changes and deletions in the order of a day, and what they should come to.
  private static List<Queued> day(Random random, Map<String, String> intended) {
    var queue = new ArrayList<Queued>();
    var living = new ArrayList<String>();
    while (queue.size() < WRITES) {
      int choice = living.isEmpty() ? 0 : random.nextInt(10);
      if (choice < 5) {
        var id = UUID.randomUUID().toString();
        living.add(id);
        intended.put(id, "visit " + queue.size());
        queue.add(create(id, "visit " + queue.size()));
      } else if (choice < 8) {
        var id = living.get(random.nextInt(living.size()));
        intended.put(id, "changed " + queue.size());
        queue.add(new Queued("PATCH", row(id), Client.object("title", "changed " + queue.size())));
      } else {
        var id = living.remove(random.nextInt(living.size()));
        intended.put(id, "deleted");
        queue.add(
            new Queued(
                "PATCH", row(id), Client.object("deleted_at", "2026-11-21T18:00:00.000000Z")));
      }
    }
    return queue;
  }

  private static Queued create(String id, String title) {
    return new Queued(
        "POST",
        "/rest/v1/activities",
        Client.object("id", id, "title", title, "occurred_at", "2026-11-21T09:30:00Z"));
  }

  private static String row(String id) {
    return "/rest/v1/activities?id=eq." + id;
  }

  /// Sends a write over the bad net; whatever became of it when no answer comes.
  private boolean acknowledged(HttpClient client, int port, Queued write)
      throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + write.path()))
            .timeout(Duration.ofSeconds(20))
            .header("apikey", TestServer.shared().project().keys().publishableKey().reveal())
            .header("Authorization", "Bearer " + world.as("mentor").token())
            .header("Content-Type", "application/json")
            .header("Prefer", "resolution=ignore-duplicates")
            .method(write.method(), HttpRequest.BodyPublishers.ofString(write.body()))
            .build();
    try {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void send(Queued write) {
    var answer =
        world
            .as("mentor")
            .with("Prefer", "resolution=ignore-duplicates")
            .send(write.method(), write.path(), write.body());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
  }

  private JsonNode stored(String id) {
    return world.as("mentor").rows(row(id)).getFirst();
  }

  private String updatedAt(String id) {
    return Client.text(stored(id), "updated_at").replace("+", "%2B");
  }
}
