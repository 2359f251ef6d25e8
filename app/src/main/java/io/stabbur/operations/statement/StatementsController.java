package io.stabbur.operations.statement;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// `GET /admin/v1/statements?limit=20`: the statements that took the most time, for the service
/// role.
@Controller("/admin/v1/statements")
@ExecuteOn(TaskExecutors.BLOCKING)
final class StatementsController {
  private static final int MOST = 200;

  private final Statements statements;

  StatementsController(Statements statements) {
    this.statements = statements;
  }

  @Get
  String top(Caller caller, @QueryValue(defaultValue = "20") int limit) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("Statements need the service key"));
    }
    var costs = statements.top(caller.project(), Math.clamp(limit, 1, MOST));
    var nodes = costs.stream().map(StatementsController::node).toList();
    return Json.write(
        JsonNode.createObjectNode(Map.of("statements", JsonNode.createArrayNode(nodes))));
  }

  private static JsonNode node(Statements.Cost cost) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", JsonNode.createStringNode(cost.id()));
    fields.put("statement", JsonNode.createStringNode(cost.text()));
    fields.put("calls", JsonNode.createNumberNode(cost.calls()));
    fields.put("total_milliseconds", JsonNode.createNumberNode(cost.milliseconds()));
    fields.put("mean_milliseconds", JsonNode.createNumberNode(cost.mean()));
    fields.put("rows", JsonNode.createNumberNode(cost.rows()));
    fields.put("share", JsonNode.createNumberNode(cost.share()));
    fields.put(
        "missing_indexes",
        JsonNode.createArrayNode(
            cost.missing().stream()
                .map(
                    index -> {
                      var missing = new LinkedHashMap<String, JsonNode>();
                      missing.put("migration", JsonNode.createStringNode(index.sql()));
                      missing.put("rows", JsonNode.createNumberNode(index.rows()));
                      return JsonNode.createObjectNode(missing);
                    })
                .toList()));
    return JsonNode.createObjectNode(fields);
  }
}
