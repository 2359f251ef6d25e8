package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;

/// A matrix as JSON: `{callers, things: [{kind, name, key, leaks, reaches: {caller: {deeds,
/// why}}}], unprobed}`.
public final class MatrixJson {
  private MatrixJson() {}

  public static JsonNode of(Matrix matrix) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("callers", texts(matrix.callers()));
    fields.put(
        "things",
        JsonNode.createArrayNode(
            matrix.rows().stream().map(row -> row(matrix.callers(), row)).toList()));
    fields.put("unprobed", texts(matrix.unprobed()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode row(List<String> callers, Matrix.Row row) {
    var reaches = new LinkedHashMap<String, JsonNode>();
    for (var caller : callers) {
      var reach = row.reaches().get(caller);
      if (reach != null) {
        var cell = new LinkedHashMap<String, JsonNode>();
        cell.put("deeds", texts(reach.deeds().stream().map(Deed::word).toList()));
        cell.put("why", JsonNode.createStringNode(reach.why()));
        reaches.put(caller, JsonNode.createObjectNode(cell));
      }
    }
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("kind", JsonNode.createStringNode(row.kind()));
    fields.put("name", JsonNode.createStringNode(row.name()));
    fields.put("key", JsonNode.createStringNode(row.key()));
    fields.put("leaks", JsonNode.createBooleanNode(row.leaks()));
    fields.put("reaches", JsonNode.createObjectNode(reaches));
    row.accepted()
        .ifPresent(
            acceptance -> fields.put("accepted", JsonNode.createStringNode(acceptance.because())));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode texts(List<String> texts) {
    return JsonNode.createArrayNode(texts.stream().map(JsonNode::createStringNode).toList());
  }
}
