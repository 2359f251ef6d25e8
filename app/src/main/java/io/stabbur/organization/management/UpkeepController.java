package io.stabbur.organization.management;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Upkeep on demand, for the service role: what also happens by the clock, and key rotation.
@Controller("/admin/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class UpkeepController {
  private static final int BATCH = 500;

  /// How long one request works on a rotation; the client asks again until it is done.
  private static final Duration SHIFT = Duration.ofSeconds(20);

  private final AuditChains chains;
  private final PersonalDataRotation rotation;
  private final Upkeep upkeep;

  UpkeepController(AuditChains chains, PersonalDataRotation rotation, Upkeep upkeep) {
    this.chains = chains;
    this.rotation = rotation;
    this.upkeep = upkeep;
  }

  @Get("/audit/problems")
  String problems(Caller caller) {
    requireService(caller);
    var problems = chains.problems(caller.project());
    return Json.write(
        JsonNode.createArrayNode(problems.stream().map(AuditChains.Problem::json).toList()));
  }

  @Get("/findings")
  String findings(Caller caller) {
    requireService(caller);
    var findings = upkeep.findings(caller.project());
    return Json.write(
        JsonNode.createArrayNode(findings.stream().map(JsonNode::createStringNode).toList()));
  }

  @Post("/audit/seals")
  HttpResponse<?> seal(Caller caller) {
    requireService(caller);
    chains.seal(caller.project());
    return HttpResponse.noContent();
  }

  /// Drops the months of the audit log that are older than the setting keeps.
  @Post("/audit/retention")
  String retain(Caller caller) {
    requireService(caller);
    int dropped = upkeep.keepAudit(caller.project());
    return Json.write(
        JsonNode.createObjectNode(Map.of("dropped", JsonNode.createNumberNode(dropped))));
  }

  @Post("/statistics/refresh")
  HttpResponse<?> refresh(Caller caller) {
    requireService(caller);
    upkeep.refreshStatistics(caller.project());
    return HttpResponse.noContent();
  }

  @Post("/personal-data/rotate")
  String rotate(Caller caller) {
    requireService(caller);
    var end = Instant.now().plus(SHIFT);
    var outcome = rotation.run(caller.project(), BATCH, _ -> Instant.now().isBefore(end));
    var answer = new LinkedHashMap<String, JsonNode>();
    answer.put("version", JsonNode.createNumberNode(outcome.version()));
    answer.put("done", JsonNode.createBooleanNode(outcome.done()));
    answer.put("rows", JsonNode.createNumberNode(outcome.rows()));
    answer.put("unopened", JsonNode.createNumberNode(outcome.unopened()));
    return Json.write(JsonNode.createObjectNode(answer));
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("Upkeep needs the service key"));
    }
  }
}
