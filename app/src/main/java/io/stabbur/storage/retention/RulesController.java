package io.stabbur.storage.retention;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.SignedAddresses;
import java.util.LinkedHashMap;

/// `/rules`: what a bucket asks beyond Supabase's own settings, for the service role.
@Controller("/storage/v1/rules")
@Consumes(MediaType.ALL)
@ExecuteOn(TaskExecutors.BLOCKING)
final class RulesController {
  private static final String PREFIX = "/rules/";
  private static final int MOST_ENTRIES = 1000;
  private final BucketRows buckets;
  private final RuleRows rows;
  private final SignedAddresses signed;

  RulesController(BucketRows buckets, RuleRows rows, SignedAddresses signed) {
    this.buckets = buckets;
    this.rows = rows;
    this.signed = signed;
  }

  @Get("/{bucket}")
  HttpResponse<?> read(HttpRequest<?> request, Caller caller) {
    return RequestBody.answer(
        json(rows.find(caller.project(), bucket(request, caller)).orElse(BucketRules.NONE)));
  }

  @Put("/{bucket}")
  HttpResponse<?> write(HttpRequest<?> request, Caller caller) {
    var bucket = bucket(request, caller);
    var rules = RequestBody.withJson(request, RulesRequest::read);
    return RequestBody.answer(json(rows.put(caller.project(), bucket, rules)));
  }

  @Get("/{bucket}/log")
  HttpResponse<?> log(HttpRequest<?> request, Caller caller) {
    return RequestBody.answer(rows.log(caller.project(), bucket(request, caller), MOST_ENTRIES));
  }

  /// Closes every address that was signed for an object of the bucket until now.
  @Post("/{bucket}/revoke-signatures")
  HttpResponse<?> revokeSignatures(HttpRequest<?> request, Caller caller) {
    long generation = signed.revoke(caller.project(), bucket(request, caller));
    return RequestBody.answer("{\"generation\":" + generation + "}");
  }

  private String bucket(HttpRequest<?> request, Caller caller) {
    Operation.requireService(caller);
    return buckets.require(caller.project(), RequestPath.name(request, PREFIX)).id();
  }

  private static String json(BucketRules rules) {
    var days = rules.deleteAfterDays();
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("check_types", JsonNode.createBooleanNode(rules.checkTypes()));
    fields.put(
        "delete_after_days", days == null ? JsonNode.nullNode() : JsonNode.createNumberNode(days));
    fields.put("legal_hold", JsonNode.createBooleanNode(rules.legalHold()));
    if (rules.encrypt() != null) {
      fields.put("encrypt", JsonNode.createStringNode(rules.encrypt().rule()));
    }
    fields.put("plain_refusals", JsonNode.createBooleanNode(rules.plainRefusals()));
    return Json.write(JsonNode.createObjectNode(fields));
  }
}
