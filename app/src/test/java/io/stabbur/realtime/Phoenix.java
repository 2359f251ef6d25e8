package io.stabbur.realtime;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client that speaks the wire itself, for tests that look at frames. Version 2.0.0 unless asked
/// otherwise.
final class Phoenix implements WebSocket.Listener, AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicInteger refs = new AtomicInteger();
  private final boolean isV1;
  private WebSocket socket;

  /// A frame of the server.
  ///
  /// @param bytes of a binary frame; empty for text
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Received(
      @Nullable String joinRef,
      @Nullable String ref,
      String topic,
      String event,
      JsonNode payload,
      byte[] bytes,
      String text) {
    boolean isBinary() {
      return bytes.length > 0;
    }

    String status() {
      var status = payload.get("status");
      return status == null ? "" : status.getStringValue();
    }

    JsonNode response() {
      return payload.get("response");
    }

    String reason() {
      return response().get("reason").getStringValue();
    }
  }

  private Phoenix(String vsn) {
    isV1 = vsn.startsWith("1");
  }

  static Phoenix connect(TestServer server) {
    return connect(server, server.project().keys().anonKey().reveal());
  }

  static Phoenix connect(TestServer server, String key) {
    return connect(server, key, "2.0.0");
  }

  static Phoenix connect(TestServer server, String key, String vsn) {
    return connect(
        URI.create(
            server.url().replace("http", "ws")
                + "/realtime/v1/websocket?apikey="
                + key
                + "&vsn="
                + vsn),
        vsn);
  }

  static Phoenix connect(URI uri, String vsn) {
    var client = new Phoenix(vsn);
    try {
      client.socket =
          CLIENT
              .newWebSocketBuilder()
              .connectTimeout(LIMIT)
              .buildAsync(uri, client)
              .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
              .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
    return client;
  }

  /// Joins a topic with this `config` and waits for the reply.
  Received join(String topic, String config) {
    return join(topic, config, null);
  }

  Received join(String topic, String config, @Nullable String token) {
    var payload =
        token == null
            ? "{\"config\":" + config + "}"
            : "{\"config\":" + config + ",\"access_token\":\"" + token + "\"}";
    var ref = push(null, topic, "phx_join", payload);
    return reply(ref);
  }

  /// Sends a push on a topic; returns its ref, which is also the join_ref of a join.
  String push(@Nullable String joinRef, String topic, String event, String payload) {
    var ref = String.valueOf(refs.incrementAndGet());
    var join = event.equals("phx_join") ? ref : joinRef;
    var joinText = join == null ? "null" : "\"" + join + "\"";
    send(
        isV1
            ? "{\"topic\":\"%s\",\"event\":\"%s\",\"payload\":%s,\"ref\":\"%s\",\"join_ref\":%s}"
                .formatted(topic, event, payload, ref, joinText)
            : "[%s,\"%s\",\"%s\",\"%s\",%s]".formatted(joinText, ref, topic, event, payload));
    return ref;
  }

  /// Sends a text frame as it is.
  void send(String frame) {
    socket.sendText(frame, true).join();
  }

  void send(byte[] frame) {
    socket.sendBinary(ByteBuffer.wrap(frame), true).join();
  }

  /// A user's broadcast as supabase-js sends it.
  void sendUserBroadcast(String topic, String event, int encoding, byte[] payload) {
    var out = new ByteArrayOutputStream();
    var topicBytes = topic.getBytes(StandardCharsets.UTF_8);
    var eventBytes = event.getBytes(StandardCharsets.UTF_8);
    var ref = String.valueOf(refs.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
    out.writeBytes(
        new byte[] {
          3,
          0,
          (byte) ref.length,
          (byte) topicBytes.length,
          (byte) eventBytes.length,
          0,
          (byte) encoding
        });
    out.writeBytes(ref);
    out.writeBytes(topicBytes);
    out.writeBytes(eventBytes);
    out.writeBytes(payload);
    send(out.toByteArray());
  }

  Received reply(String ref) {
    return next(each -> each.event().equals("phx_reply") && ref.equals(each.ref()));
  }

  Received event(String event) {
    return next(each -> each.event().equals(event));
  }

  /// The next frame of this kind; others before it are dropped.
  Received next(Predicate<Received> wanted) {
    long limit = System.nanoTime() + LIMIT.toNanos();
    try {
      while (true) {
        var frame = received.poll(limit - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (frame == null) {
          throw new AssertionError("nothing of this kind came");
        }
        if (wanted.test(frame)) {
          return frame;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Everything that came until the reply to a heartbeat sent now.
  java.util.List<Received> untilHeartbeat() {
    var ref = push(null, "phoenix", "heartbeat", "{}");
    var all = new java.util.ArrayList<Received>();
    next(
        each -> {
          boolean last = each.event().equals("phx_reply") && ref.equals(each.ref());
          if (!last) {
            all.add(each);
          }
          return last;
        });
    return all;
  }

  /// Everything that came within a time.
  java.util.List<Received> within(Duration time) throws InterruptedException {
    Thread.sleep(time);
    var all = new java.util.ArrayList<Received>();
    received.drainTo(all);
    return all;
  }

  /// The code the server closed the socket with.
  int closeCode() {
    return closed.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  boolean isOpen() {
    return !closed.isDone();
  }

  void abort() {
    socket.abort();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      var whole = text.toString();
      text.setLength(0);
      received.add(parse(whole));
    }
    from.request(1);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
    var copy = new byte[part.remaining()];
    part.get(copy);
    bytes.writeBytes(copy);
    if (last) {
      received.add(parse(bytes.toByteArray()));
      bytes.reset();
    }
    from.request(1);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(1006);
  }

  private Received parse(String frame) {
    var node = Json.parse(frame);
    if (isV1) {
      return new Received(
          null,
          text(node.get("ref")),
          node.get("topic").getStringValue(),
          node.get("event").getStringValue(),
          node.get("payload"),
          new byte[0],
          frame);
    }
    return new Received(
        text(node.get(0)),
        text(node.get(1)),
        node.get(2).getStringValue(),
        node.get(3).getStringValue(),
        node.get(4),
        new byte[0],
        frame);
  }

  /// A user's broadcast of the server, kind 4.
  private static Received parse(byte[] frame) {
    int topic = frame[1] & 0xFF;
    int event = frame[2] & 0xFF;
    int meta = frame[3] & 0xFF;
    int at = 5;
    var topicText = new String(frame, at, topic, StandardCharsets.UTF_8);
    var eventText = new String(frame, at + topic, event, StandardCharsets.UTF_8);
    var metaText = new String(frame, at + topic + event, meta, StandardCharsets.UTF_8);
    var payload =
        new String(
            frame,
            at + topic + event + meta,
            frame.length - at - topic - event - meta,
            StandardCharsets.UTF_8);
    var json =
        "{\"kind\":%d,\"encoding\":%d,\"event\":%s,\"meta\":%s,\"payload\":%s}"
            .formatted(
                frame[0],
                frame[4],
                quote(eventText),
                metaText.isEmpty() ? "null" : metaText,
                frame[4] == 1 ? payload : quote(payload));
    return new Received(null, null, topicText, "broadcast", Json.parse(json), frame, "");
  }

  private static String quote(String text) {
    return Json.write(JsonNode.createStringNode(text));
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    return node == null || node.isNull() ? null : node.coerceStringValue();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
