package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a client asks for when it joins. What cannot be understood is as if it were absent.
///
/// @param changes the elements of `postgres_changes`, as they came
/// @param presence whether presence was asked for; absent means it was, as older clients expect
/// @param waits how long the join waits at most for the stream of changes before it is refused; a
///   join without it is never refused for that
/// @param token absent for the key of the socket
record JoinConfig(
    boolean isPrivate,
    boolean acknowledges,
    boolean sendsSelf,
    boolean asksForReplication,
    boolean presence,
    String presenceKey,
    @Nullable Replay replay,
    List<JsonNode> changes,
    @Nullable Duration waits,
    @Nullable String token) {
  private static final int MOST_REPLAYED = 25;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
  private static final Duration USUAL_WAIT = Duration.ofSeconds(15);
  private static final JsonNode NOTHING = JsonNode.createObjectNode(java.util.Map.of());

  /// Stored messages that are sent again.
  ///
  /// @param since milliseconds since 1970; absent where the client sent no number
  record Replay(@Nullable Long since, int limit) {}

  /// The same without what is of use during the join alone.
  JoinConfig settled() {
    return new JoinConfig(
        isPrivate,
        acknowledges,
        sendsSelf,
        asksForReplication,
        presence,
        presenceKey,
        replay,
        List.of(),
        waits,
        token);
  }

  static JoinConfig of(JsonNode payload) {
    var config = object(payload, "config");
    var broadcast = object(config, "broadcast");
    var presence = object(config, "presence");
    return new JoinConfig(
        isTrue(config.get("private")),
        isTrue(broadcast.get("ack")),
        isTrue(broadcast.get("self")),
        isTrue(broadcast.get("replication_ready")),
        presence.get("enabled") == null || isTrue(presence.get("enabled")),
        key(presence.get("key")),
        replay(broadcast.get("replay")),
        changes(config.get("postgres_changes")),
        waits(object(config, "postgres_changes_options")),
        token(payload));
  }

  private static JsonNode object(JsonNode parent, String name) {
    var child = parent.isObject() ? parent.get(name) : null;
    return child != null && child.isObject() ? child : NOTHING;
  }

  private static boolean isTrue(@Nullable JsonNode node) {
    return node != null
        && ((node.isBoolean() && node.getBooleanValue())
            || (node.isString() && node.getStringValue().equals("true")));
  }

  private static String key(@Nullable JsonNode key) {
    var text = key != null && key.isValueNode() && !key.isNull() ? key.coerceStringValue() : "";
    return text.isEmpty() ? UUID.randomUUID().toString() : text;
  }

  private static @Nullable Replay replay(@Nullable JsonNode replay) {
    if (replay == null || !replay.isObject()) {
      return null;
    }
    var since = replay.get("since");
    var limit = replay.get("limit");
    return new Replay(
        since != null && since.isNumber() ? Long.valueOf(since.getLongValue()) : null,
        limit != null && limit.isNumber()
            ? Math.clamp(limit.getIntValue(), 0, MOST_REPLAYED)
            : MOST_REPLAYED);
  }

  private static List<JsonNode> changes(@Nullable JsonNode list) {
    var all = new ArrayList<JsonNode>();
    if (list != null && list.isArray()) {
      list.values().forEach(all::add);
    }
    return all.stream().filter(JsonNode::isObject).toList();
  }

  private static @Nullable Duration waits(JsonNode options) {
    if (!isTrue(options.get("wait"))) {
      return null;
    }
    var timeout = options.get("timeout");
    var wanted =
        timeout != null && timeout.isNumber()
            ? Duration.ofMillis(Math.max(0, timeout.getLongValue()))
            : USUAL_WAIT;
    return wanted.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wanted;
  }

  private static @Nullable String token(JsonNode payload) {
    for (var name : List.of("access_token", "user_token")) {
      var token = payload.isObject() ? payload.get(name) : null;
      if (token != null && token.isString()) {
        return token.getStringValue();
      }
    }
    return null;
  }
}
