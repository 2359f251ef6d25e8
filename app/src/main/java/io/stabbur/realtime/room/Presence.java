package io.stabbur.realtime.room;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// One entry of who is present on a topic.
///
/// @param ref its `phx_ref`, unique among all replicas: clients merge by it alone
/// @param meta the JSON object clients get: what was tracked, with the refs
/// @param tracked the JSON object that was tracked, to recognise the same again; "" of others
/// @param replica the process whose socket it belongs to
public record Presence(String key, String ref, String meta, String tracked, String replica) {

  /// A new entry for what a client tracks, in the place of an earlier one.
  static Presence of(
      String replica, String ref, String key, JsonNode tracked, @Nullable Presence previous) {
    var meta = new LinkedHashMap<String, JsonNode>();
    tracked.entries().forEach(field -> meta.put(field.getKey(), field.getValue()));
    meta.put("phx_ref", JsonNode.createStringNode(ref));
    if (previous != null) {
      meta.put("phx_ref_prev", JsonNode.createStringNode(previous.ref));
    }
    return new Presence(
        key, ref, Json.write(JsonNode.createObjectNode(meta)), Json.write(tracked), replica);
  }
}
