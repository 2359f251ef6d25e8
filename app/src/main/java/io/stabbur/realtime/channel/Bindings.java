package io.stabbur.realtime.channel;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.change.Binding;
import io.stabbur.realtime.room.Envelope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The bindings of a join, and how the reply echoes them: each element as it came, with its id.
/// Equal elements have one id.
///
/// @param echo the JSON array of the reply
@SuppressWarnings("ArrayRecordComponent") // never compared
record Bindings(List<Binding> all, byte[] echo) {
  /// supabase-kt reads ids into 32 bits with a sign.
  private static final int LARGEST_ID = 0x7FF_FFFF;

  /// Most bindings of one channel.
  static final int MOST = 1000;

  /// Most bindings of all channels of one socket.
  static final int MOST_OF_SOCKET = 5000;

  static final Bindings NONE = new Bindings(List.of(), Envelope.utf8("[]"));

  static Bindings of(List<JsonNode> elements) {
    var known = new HashMap<String, Integer>();
    var taken = new HashSet<Integer>();
    var all = new ArrayList<Binding>();
    var echo = new ArrayList<JsonNode>();
    for (var element : elements) {
      var text = Json.write(element);
      boolean isNew = !known.containsKey(text);
      int id = known.computeIfAbsent(text, key -> free(key, taken));
      if (isNew) {
        all.add(binding(id, element));
      }
      echo.add(withId(element, id));
    }
    return new Bindings(all, Envelope.utf8(Json.write(JsonNode.createArrayNode(echo))));
  }

  private static int free(String text, Set<Integer> taken) {
    int id = text.hashCode() & LARGEST_ID;
    while (!taken.add(id)) {
      id = id + 1 & LARGEST_ID;
    }
    return id;
  }

  private static Binding binding(int id, JsonNode element) {
    return new Binding(
        id,
        Json.textOrNull(element, "event"),
        Json.textOrNull(element, "schema"),
        Json.textOrNull(element, "table"),
        Json.textOrNull(element, "filter"),
        select(element.get("select")));
  }

  private static List<String> select(@Nullable JsonNode select) {
    var columns = new ArrayList<String>();
    if (select != null && select.isArray()) {
      for (var column : select.values()) {
        if (column.isString()) {
          columns.add(column.getStringValue());
        }
      }
    }
    return columns;
  }

  private static JsonNode withId(JsonNode element, int id) {
    var fields = new LinkedHashMap<String, JsonNode>();
    element.entries().forEach(each -> fields.put(each.getKey(), each.getValue()));
    fields.put("id", JsonNode.createNumberNode(id));
    return JsonNode.createObjectNode(fields);
  }
}
