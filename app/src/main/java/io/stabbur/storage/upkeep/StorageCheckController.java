package io.stabbur.storage.upkeep;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.upkeep.StorageCheck.Report;
import java.util.LinkedHashMap;
import java.util.List;

/// `/check`: whether rows and bytes belong together, for the service role.
@Controller("/storage/v1/check")
@ExecuteOn(TaskExecutors.BLOCKING)
final class StorageCheckController {
  private final StorageCheck check;

  StorageCheckController(StorageCheck check) {
    this.check = check;
  }

  @Get
  HttpResponse<?> look(Caller caller) {
    Operation.requireService(caller);
    return RequestBody.answer(json(check.check(caller.project())));
  }

  @Post("/repair")
  HttpResponse<?> repair(Caller caller) {
    Operation.requireService(caller);
    var report = check.check(caller.project());
    check.repair(caller.project(), report);
    return RequestBody.answer(json(report));
  }

  private static String json(Report report) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("objects", JsonNode.createNumberNode(report.objects()));
    fields.put("lost", names(report.lost()));
    fields.put("orphans", names(report.orphans()));
    return Json.write(JsonNode.createObjectNode(fields));
  }

  private static JsonNode names(List<VersionKey> keys) {
    return JsonNode.createArrayNode(
        keys.stream()
            .map(key -> key.bucket() + '/' + key.name() + '/' + key.version())
            .map(JsonNode::createStringNode)
            .toList());
  }
}
