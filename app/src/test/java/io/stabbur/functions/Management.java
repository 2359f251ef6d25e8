package io.stabbur.functions;

import io.stabbur.project.Project;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The management of a project's functions, asked as the service role.
record Management(TestServer server, Project project) {
  private static final String BOUNDARY = "limit-of-a-part";

  Management(TestServer server) {
    this(server, server.project());
  }

  private String url(String path) {
    return server.url() + "/functions/v1/_internal" + path;
  }

  private String key() {
    return project.keys().secretKey().reveal();
  }

  HttpResponse<String> send(String method, String path, @Nullable String body) {
    return Http.send(method, url(path), body, "apikey", key());
  }

  HttpResponse<String> get(String path) {
    return Http.get(url(path), "apikey", key());
  }

  /// Deploys one file, `functions/NAME/index.ts`.
  HttpResponse<String> deploy(String name, String code) {
    return deploy(name, code, "");
  }

  /// @param more of the metadata, such as `, "verify_jwt": false`
  HttpResponse<String> deploy(String name, String code, String more) {
    var entrypoint = "functions/" + name + "/index.ts";
    return deploy(
        name,
        Map.of(entrypoint, code),
        "{\"name\": \"%s\", \"entrypoint_path\": \"%s\"%s}".formatted(name, entrypoint, more));
  }

  HttpResponse<String> deploy(String name, Map<String, String> files, String metadata) {
    var body = new ByteArrayOutputStream();
    part(body, "name=\"metadata\"", metadata);
    files.forEach((file, text) -> part(body, "name=\"file\"; filename=\"" + file + "\"", text));
    body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return post(name, body.toByteArray());
  }

  HttpResponse<String> post(String name, byte[] body) {
    return Http.sendBody(
        "POST",
        url("/functions?slug=" + name),
        BodyPublishers.ofByteArray(body),
        "apikey",
        key(),
        "Content-Type",
        "multipart/form-data; boundary=" + BOUNDARY);
  }

  private static void part(ByteArrayOutputStream body, String disposition, String text) {
    body.writeBytes(
        "--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
            .formatted(BOUNDARY, disposition, text)
            .getBytes(StandardCharsets.UTF_8));
  }
}
