package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectStatus;
import java.util.LinkedHashMap;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Addresses and keys under the names that the Supabase CLI gives them.
record Status(SequencedMap<String, String> values) {
  /// Under this name the address of the operators' pages stands in `running.properties`.
  static final String CONSOLE_URL = "CONSOLE_URL";

  private static final String[] NAMES = {
    "API_URL",
    "DB_URL",
    "ANON_KEY",
    "SERVICE_ROLE_KEY",
    "PUBLISHABLE_KEY",
    "SECRET_KEY",
    "JWT_SECRET",
    "JWT_ALGORITHM",
    "JWKS_URL",
    "S3_URL",
    "S3_PROTOCOL_ACCESS_KEY_ID",
    "S3_PROTOCOL_ACCESS_KEY_SECRET",
    CONSOLE_URL,
    "LOCAL_URL",
    "PID"
  };

  /// @param localUrl where this machine reaches the server
  static Status of(Project project, String localUrl) {
    var values = ProjectStatus.of(project);
    values.put("LOCAL_URL", localUrl);
    values.put("PID", Long.toString(ProcessHandle.current().pid()));
    return new Status(values);
  }

  /// @param url where operators find their pages
  Status withConsole(String url) {
    var all = new LinkedHashMap<>(values);
    all.put(CONSOLE_URL, url);
    return new Status(all);
  }

  static Status of(Properties running) {
    var values = new LinkedHashMap<String, String>();
    for (var name : NAMES) {
      var value = running.getProperty(name);
      if (value != null) {
        values.put(name, value);
      }
    }
    return new Status(values);
  }

  Properties properties() {
    var properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  String env() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=\"" + entry.getValue() + "\"")
        .collect(Collectors.joining("\n"));
  }

  String json() {
    var nodes = new LinkedHashMap<String, JsonNode>();
    values.forEach((name, value) -> nodes.put(name, JsonNode.createStringNode(value)));
    return Json.write(JsonNode.createObjectNode(nodes));
  }

  /// What a person reads after the start.
  ///
  /// @param secrets whether keys that bypass policies are shown; not where the output is kept, as a
  ///   container's is
  String banner(boolean secrets) {
    return """

    Stabbur is ready.

      API URL          %s
      Database         %s
      Console          %s
      S3               %s
      Publishable key  %s
      Secret key       %s
      Anon key         %s
      Service key      %s
      Users' tokens    %s, checked with the keys at %s

    Next: give your app the API URL and the publishable key, as for any Supabase project.
    Stop with Ctrl-C or `stabbur down`.
    """
        .formatted(
            values.get("API_URL"),
            secret("DB_URL", secrets),
            values.getOrDefault(CONSOLE_URL, "-"),
            values.get("S3_URL"),
            values.get("PUBLISHABLE_KEY"),
            secret("SECRET_KEY", secrets),
            values.get("ANON_KEY"),
            secret("SERVICE_ROLE_KEY", secrets),
            values.get("JWT_ALGORITHM"),
            values.get("JWKS_URL"));
  }

  private @Nullable String secret(String name, boolean shown) {
    return shown ? values.get(name) : "(`stabbur status` prints it)";
  }
}
