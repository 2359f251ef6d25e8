package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Finding.Acceptance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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

  /// What [#of] wrote.
  public static Matrix parse(JsonNode node) {
    var rows = new ArrayList<Matrix.Row>();
    Objects.requireNonNull(node.get("things")).values().forEach(row -> rows.add(row(row)));
    return new Matrix(list(node, "callers"), rows, list(node, "unprobed"));
  }

  private static Matrix.Row row(JsonNode row) {
    var reaches = new LinkedHashMap<String, Matrix.Reach>();
    Objects.requireNonNull(row.get("reaches"))
        .entries()
        .forEach(
            cell ->
                reaches.put(
                    cell.getKey(),
                    new Matrix.Reach(
                        list(cell.getValue(), "deeds").stream().map(Deed::of).toList(),
                        text(cell.getValue(), "why"))));
    var accepted = row.get("accepted");
    return new Matrix.Row(
        text(row, "kind"),
        text(row, "name"),
        reaches,
        accepted == null
            ? Optional.empty()
            : Optional.of(new Acceptance(accepted.getStringValue(), Optional.empty())));
  }

  private static String text(JsonNode node, String name) {
    return Objects.requireNonNull(node.get(name)).getStringValue();
  }

  private static List<String> list(JsonNode node, String name) {
    var texts = new ArrayList<String>();
    Objects.requireNonNull(node.get(name))
        .values()
        .forEach(each -> texts.add(each.getStringValue()));
    return texts;
  }

  private static JsonNode texts(List<String> texts) {
    return JsonNode.createArrayNode(texts.stream().map(JsonNode::createStringNode).toList());
  }
}
