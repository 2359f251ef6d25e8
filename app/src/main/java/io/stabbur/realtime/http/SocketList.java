package io.stabbur.realtime.http;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.channel.ChannelView;
import io.stabbur.realtime.channel.Channels;
import io.stabbur.realtime.channel.SocketView;
import io.stabbur.realtime.channel.SocketViews;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sockets of a project as JSON: `{"count":…,"sockets":[{"id":…,"channels":[…]}]}`.
final class SocketList {
  private static final int MOST = 1_000;

  private SocketList() {}

  /// @param offset how many of the oldest are left out
  static String json(Collection<Channels> sockets, int offset) {
    var views = SocketViews.of(sockets, offset, MOST);
    return Json.write(
        JsonNode.createObjectNode(
            Map.of(
                "count",
                JsonNode.createNumberNode(views.count()),
                "sockets",
                JsonNode.createArrayNode(
                    views.sockets().stream().map(SocketList::socket).toList()))));
  }

  private static JsonNode socket(SocketView socket) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", text(socket.id()));
    fields.put("protocol", text(socket.protocol()));
    fields.put("role", text(socket.role()));
    fields.put("opened_at", text(socket.opened().toString()));
    fields.put("channels", array(socket.channels().stream().map(SocketList::channel).toList()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode channel(ChannelView channel) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("number", JsonNode.createNumberNode(channel.number()));
    fields.put("topic", text(channel.topic()));
    fields.put("kind", text(channel.kind()));
    fields.put("changes", array(channel.changes().stream().map(SocketList::text).toList()));
    fields.put("role", text(channel.role()));
    fields.put("organization", text(channel.organization()));
    fields.put("joined_at", text(channel.joined().toString()));
    fields.put("messages_in", JsonNode.createNumberNode(channel.in()));
    fields.put("messages_out", JsonNode.createNumberNode(channel.out()));
    fields.put("last_error", text(channel.lastError()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode array(List<JsonNode> values) {
    return JsonNode.createArrayNode(values);
  }

  private static JsonNode text(@Nullable String value) {
    return value == null ? JsonNode.nullNode() : JsonNode.createStringNode(value);
  }
}
