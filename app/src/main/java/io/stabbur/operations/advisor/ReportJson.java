package io.stabbur.operations.advisor;

import io.micronaut.json.tree.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;

/// A report as JSON. Findings have the fields of splinter's rows; `remediation` is SQL.
public final class ReportJson {
  private ReportJson() {}

  /// `{schemas, tables: [{schema, name, kind, …}], findings: [{name, level, …}], unjudged}`
  public static JsonNode of(Report report) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("schemas", texts(report.schemas()));
    fields.put(
        "tables",
        JsonNode.createArrayNode(report.tables().stream().map(ReportJson::table).toList()));
    fields.put(
        "findings",
        JsonNode.createArrayNode(report.findings().stream().map(ReportJson::finding).toList()));
    fields.put("unjudged", texts(report.unjudged()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode table(Report.Table table) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("schema", text(table.schema()));
    fields.put("name", text(table.name()));
    fields.put("kind", text(table.kind()));
    fields.put("row_security", JsonNode.createBooleanNode(table.hasRls()));
    fields.put("readers", texts(table.readers()));
    fields.put("writers", texts(table.writers()));
    fields.put(
        "policies",
        JsonNode.createArrayNode(
            table.policies().stream()
                .map(
                    policy -> {
                      var words = new LinkedHashMap<String, JsonNode>();
                      words.put("name", text(policy.name()));
                      words.put("text", text(policy.text()));
                      return JsonNode.createObjectNode(words);
                    })
                .toList()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode finding(Finding finding) {
    var metadata = new LinkedHashMap<String, JsonNode>();
    metadata.put("schema", text(finding.schema()));
    metadata.put("name", text(finding.entity()));
    metadata.put("type", text(finding.kind()));
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("name", text(finding.lint().id()));
    fields.put("title", text(finding.lint().title()));
    fields.put("level", text(finding.level().name()));
    fields.put("facing", text("EXTERNAL"));
    fields.put("categories", texts(List.of(finding.lint().category().name())));
    fields.put("description", text(finding.lint().description()));
    fields.put("detail", text(finding.detail()));
    fields.put("remediation", text(finding.mend()));
    fields.put("metadata", JsonNode.createObjectNode(metadata));
    fields.put("cache_key", text(finding.key()));
    finding
        .accepted()
        .ifPresent(
            acceptance -> {
              var accepted = new LinkedHashMap<String, JsonNode>();
              accepted.put("because", text(acceptance.because()));
              acceptance.until().ifPresent(until -> accepted.put("until", text(until)));
              fields.put("accepted", JsonNode.createObjectNode(accepted));
            });
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode texts(List<String> texts) {
    return JsonNode.createArrayNode(texts.stream().map(ReportJson::text).toList());
  }

  private static JsonNode text(String text) {
    return JsonNode.createStringNode(text);
  }
}
