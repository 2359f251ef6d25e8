package io.stabbur.functions;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.deploy.MultipartForm;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a deployment as Supabase's command sends it: a part `file` for each file, whose file
/// name is its path, and a part `metadata` with JSON.
public final class DeployForm {
  /// Most bytes of such a body.
  public static final int LARGEST = 20 * 1024 * 1024;

  private DeployForm() {}

  /// Reads a body that is in memory.
  ///
  /// @throws ApiException with [FunctionError.Rejected]
  public static Functions.NewCode parse(String contentType, byte[] body) {
    var files = new LinkedHashMap<String, byte[]>();
    JsonNode metadata = null;
    for (var part : MultipartForm.parse(contentType, body)) {
      if (part.name().equals("metadata")) {
        metadata = Json.parse(new String(part.bytes(), StandardCharsets.UTF_8));
        continue;
      }
      var file = part.file();
      if (part.name().equals("file") && file != null) {
        if (files.putIfAbsent(file, part.bytes()) != null) {
          throw rejected("The form has two files of the name " + file);
        }
      } else {
        throw rejected("The form has a part that is neither metadata nor a file with a name");
      }
    }
    if (metadata == null || !metadata.isObject()) {
      throw rejected("The form has no metadata");
    }
    var entrypoint = text(metadata, "entrypoint_path");
    if (entrypoint == null) {
      throw rejected("The metadata has no entrypoint_path");
    }
    return new Functions.NewCode(
        files,
        entrypoint,
        text(metadata, "import_map_path"),
        texts(metadata, "static_patterns"),
        text(metadata, "name"),
        truth(metadata, "verify_jwt"));
  }

  private static @Nullable String text(JsonNode object, String name) {
    var node = object.get(name);
    return node == null || !node.isString() || node.getStringValue().isEmpty()
        ? null
        : node.getStringValue();
  }

  private static @Nullable Boolean truth(JsonNode object, String name) {
    var node = object.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    if (!node.isBoolean()) {
      throw rejected(name + " of the metadata is not true or false");
    }
    return node.getBooleanValue();
  }

  private static List<String> texts(JsonNode object, String name) {
    var node = object.get(name);
    var texts = new ArrayList<String>();
    if (node == null || node.isNull()) {
      return texts;
    }
    if (!node.isArray()) {
      throw noTexts(name);
    }
    for (var each : node.values()) {
      texts.add(Json.scalar(each).orElseThrow(() -> noTexts(name)));
    }
    return texts;
  }

  private static ApiException noTexts(String name) {
    return rejected(name + " of the metadata is not a list of texts");
  }

  private static ApiException rejected(String reason) {
    return new ApiException(new FunctionError.Rejected(reason));
  }
}
