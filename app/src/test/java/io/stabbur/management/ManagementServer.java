package io.stabbur.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.management.reference.ProjectReference;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The management API of a server, asked as its operator and as holders of access tokens.
record ManagementServer(TestServer server) {
  private static final String OPERATORS = "/admin/v1/management";

  String reference() {
    return ProjectReference.of(server.project()).text();
  }

  /// A new access token's text.
  String token(String name) {
    return token(server.project(), name);
  }

  /// The same for one of several projects.
  String token(Project project, String name) {
    var made = operator(project, "POST", "/access-tokens", "{\"name\":\"" + name + "\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    return Objects.requireNonNull(Json.parse(made.body()).get("token")).getStringValue();
  }

  HttpResponse<String> operator(
      Project project, String method, String path, @Nullable String body) {
    return Http.send(
        method,
        server.url() + OPERATORS + path,
        body,
        "apikey",
        project.keys().secretKey().reveal(),
        "Content-Type",
        "application/json");
  }

  HttpResponse<String> operator(String method, String path, @Nullable String body) {
    return operator(server.project(), method, path, body);
  }

  HttpResponse<String> get(String token, String path) {
    return Http.get(server.url() + "/v1" + path, "Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(String token, String method, String path, String body) {
    return Http.send(
        method,
        server.url() + "/v1" + path,
        body,
        "Authorization",
        "Bearer " + token,
        "Content-Type",
        "application/json");
  }
}
