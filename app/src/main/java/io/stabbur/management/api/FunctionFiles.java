package io.stabbur.management.api;

import io.micronaut.http.HttpResponse;
import io.stabbur.functions.Functions.Described;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The files of a function as a form: a part `metadata`, and a part `file` for each file, whose
/// file name is its path.
final class FunctionFiles {
  private FunctionFiles() {}

  static HttpResponse<?> form(Described function, Map<String, byte[]> files) {
    var boundary = "stabbur-" + Crypto.randomText(18);
    var body = new ByteArrayOutputStream();
    var metadata =
        new JsonFields()
            .put("entrypoint_path", function.entrypoint())
            .put("import_map_path", function.importMap())
            .json();
    part(
        body,
        boundary,
        "name=\"metadata\"\r\nContent-Type: application/json",
        Json.write(metadata).getBytes(StandardCharsets.UTF_8));
    files.forEach(
        (path, bytes) ->
            part(
                body,
                boundary,
                "name=\"file\"; filename=\"%s\"\r\nContent-Type: application/octet-stream"
                    .formatted(path.replace("\"", "%22")),
                bytes));
    line(body, "--" + boundary + "--");
    return HttpResponse.ok(body.toByteArray())
        .header("Content-Type", "multipart/form-data; boundary=" + boundary);
  }

  private static void part(
      ByteArrayOutputStream body, String boundary, String disposition, byte[] bytes) {
    line(body, "--" + boundary);
    line(body, "Content-Disposition: form-data; " + disposition);
    line(body, "");
    body.writeBytes(bytes);
    line(body, "");
  }

  private static void line(ByteArrayOutputStream body, String text) {
    body.writeBytes((text + "\r\n").getBytes(StandardCharsets.UTF_8));
  }
}
