package io.stabbur.attack;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.attack.Canaries.Owner;
import io.stabbur.platform.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Rings in the private topic of each organisation, so that there is something to overhear, and
/// listens there with the service key to who else is heard.
final class Bell implements WebSocket.Listener, AutoCloseable {
  private static final long EVERY_MILLIS = 100;
  private static final String ACTIVE =
      """
      select count(*) from public.memberships m join public.organizations o on o.id = m.organization_id
      where m.user_id = ?::uuid and o.slug = ? and m.status = 'active'\
      """;

  private final World world;
  private final Map<String, String> slugs = new LinkedHashMap<>();
  private final Map<String, String> words = new LinkedHashMap<>();
  private final ConcurrentLinkedQueue<JsonNode> heard = new ConcurrentLinkedQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final StringBuilder text = new StringBuilder();
  private final Thread ringing;

  Bell(World world) {
    this.world = world;
    world
        .organizations()
        .forEach(
            (slug, id) -> {
              slugs.put("realtime:org:" + id, slug);
              words.put(id, world.canaries().text(Owner.of(slug)));
            });
    var key = String.valueOf(world.operator().service().token());
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(
                    world.server().url().replace("http", "ws")
                        + "/realtime/v1/websocket?vsn=2.0.0&apikey="
                        + key),
                this)
            .join();
    int ref = 0;
    for (var topic : slugs.keySet()) {
      ref++;
      socket
          .sendText(
              "[\"%d\",\"%d\",\"%s\",\"phx_join\",{\"config\":{\"private\":true},\"access_token\":\"%s\"}]"
                  .formatted(ref, ref, topic, key),
              true)
          .join();
    }
    ringing = Thread.ofVirtual().start(this::ring);
  }

  private void ring() {
    long heartbeat = 0;
    while (!Thread.currentThread().isInterrupted()) {
      var messages =
          words.entrySet().stream()
              .map(
                  each ->
                      Map.of(
                          "topic",
                          "org:" + each.getKey(),
                          "event",
                          "bell",
                          "private",
                          true,
                          "payload",
                          Map.of("word", each.getValue())))
              .toList();
      var request = Request.of("POST", "/realtime/v1/api/broadcast");
      try (var wire = new Wire(Operator.port(world.server()))) {
        var rung =
            wire.send(
                world
                    .operator()
                    .service()
                    .show(request.json(Operator.json(Map.of("messages", messages)))));
        if (!rung.succeeded()) {
          throw new IllegalStateException("the bell does not ring: " + rung);
        }
      }
      if (heartbeat++ % 100 == 0) {
        var _ = socket.sendText("[null,\"h\",\"phoenix\",\"heartbeat\",{}]", true);
      }
      try {
        Thread.sleep(EVERY_MILLIS);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      var frame = Json.parse(text.toString());
      text.setLength(0);
      if (at(frame, 3).getStringValue().equals("broadcast")) {
        heard.add(frame);
      }
    }
    from.request(1);
    return null;
  }

  private static JsonNode at(JsonNode frame, int place) {
    return Objects.requireNonNull(frame.get(place));
  }

  /// Who was heard in the topic of an organisation without being an active member of it, since this
  /// was last asked.
  List<String> intruders() {
    var found = new TreeSet<String>();
    for (var frame = heard.poll(); frame != null; frame = heard.poll()) {
      var payload = at(frame, 4).get("payload");
      var by = payload == null ? null : payload.get("by");
      var slug = slugs.getOrDefault(at(frame, 2).getStringValue(), "");
      if (by != null && !mayWrite(by.getStringValue(), slug)) {
        found.add("%s was heard in the topic of %s".formatted(by.getStringValue(), slug));
      }
    }
    return List.copyOf(found);
  }

  /// An administrator may have made a suspended member active again.
  private boolean mayWrite(String name, String slug) {
    var caller =
        world.callers().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    var person = world.people().get(caller.person());
    return caller.homes().contains(slug)
        || (person != null && !world.database().value(ACTIVE, person.id(), slug).equals("0"));
  }

  @Override
  public void close() {
    ringing.interrupt();
    socket.abort();
    client.shutdownNow();
  }
}
