package io.stabbur.functions;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.Functions.Described;
import io.stabbur.functions.Functions.Line;
import io.stabbur.functions.Functions.SecretDigest;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Answers about functions, in the names of Supabase's management API.
final class ManagementJson {
  private ManagementJson() {}

  static HttpResponse<?> one(Described function) {
    return answer(node(function));
  }

  static HttpResponse<?> list(List<Described> functions) {
    return all(functions, ManagementJson::node);
  }

  static HttpResponse<?> lines(List<Line> lines) {
    return all(lines, ManagementJson::node);
  }

  static HttpResponse<?> secrets(List<SecretDigest> secrets) {
    return all(secrets, ManagementJson::node);
  }

  static HttpResponse<?> folder(String path) {
    return answer(JsonNode.createObjectNode(Map.of("folder", JsonNode.createStringNode(path))));
  }

  private static <T> HttpResponse<?> all(List<T> values, Function<T, JsonNode> node) {
    return answer(JsonNode.createArrayNode(values.stream().map(node).toList()));
  }

  private static HttpResponse<?> answer(JsonNode node) {
    return HttpResponse.ok(Json.write(node)).contentType(MediaType.APPLICATION_JSON_TYPE);
  }

  private static JsonNode node(Described function) {
    var fields = new LinkedHashMap<String, JsonNode>();
    text(fields, "id", function.id());
    text(fields, "slug", function.slug());
    text(fields, "name", function.name());
    text(fields, "status", "ACTIVE");
    fields.put("version", JsonNode.createNumberNode(function.version()));
    fields.put("verify_jwt", JsonNode.createBooleanNode(function.verifyJwt()));
    text(fields, "entrypoint_path", function.entrypoint());
    text(fields, "import_map_path", function.importMap());
    text(fields, "ezbr_sha256", function.sha256());
    text(fields, "deno_version", function.denoVersion());
    fields.put("created_at", JsonNode.createNumberNode(function.createdAt().toEpochMilli()));
    fields.put("updated_at", JsonNode.createNumberNode(function.updatedAt().toEpochMilli()));
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode node(Line line) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", JsonNode.createNumberNode(line.id()));
    text(fields, "timestamp", line.at().toString());
    text(fields, "version", line.version());
    text(fields, "level", line.level());
    text(fields, "execution_id", line.execution());
    text(fields, "event_message", line.message());
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode node(SecretDigest secret) {
    var fields = new LinkedHashMap<String, JsonNode>();
    text(fields, "name", secret.name());
    text(fields, "value", secret.digest());
    text(fields, "updated_at", secret.updatedAt().toString());
    return JsonNode.createObjectNode(fields);
  }

  private static void text(Map<String, JsonNode> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, JsonNode.createStringNode(value));
    }
  }
}
