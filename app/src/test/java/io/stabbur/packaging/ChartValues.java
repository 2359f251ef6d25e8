package io.stabbur.packaging;

import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `values.yaml` as its values, their explanations and what is said of their types, and the two
/// files that are made from it: the table of README.md and values.schema.json.
final class ChartValues {
  private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z][A-Za-z0-9_-]*):(?: .*)?$");
  private static final String SCHEMA = "@schema ";

  private final Map<String, Object> tree;
  private final Map<String, String> explanations = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> types = new LinkedHashMap<>();

  private ChartValues(String text) {
    tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    readComments(text);
  }

  static ChartValues read(Path chart) throws IOException {
    return new ChartValues(Files.readString(chart.resolve("values.yaml")));
  }

  /// Paths of the values that nothing is below of: what a template must read.
  List<String> leaves() {
    var found = new ArrayList<String>();
    leaves("", tree, found);
    return found;
  }

  /// What stands above a value; empty where nothing does.
  String explanation(String path) {
    return explanations.getOrDefault(path, "");
  }

  private boolean isFree(String path) {
    return Boolean.TRUE.equals(types.getOrDefault(path, Map.of()).get("additionalProperties"))
        || List.of("resources", "behavior", "labels", "parameters").contains(last(path));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private void leaves(String path, Map<?, ?> values, List<String> found) {
    values.forEach(
        (key, value) -> {
          var name = path.isEmpty() ? String.valueOf(key) : path + "." + key;
          if (value instanceof Map<?, ?> inner && !inner.isEmpty() && !isFree(name)) {
            leaves(name, inner, found);
          } else {
            found.add(name);
          }
        });
  }

  /// The comment above each key, by the key's path; indentation says what is inside what.
  private void readComments(String text) {
    var above = new ArrayList<String>();
    var path = new ArrayDeque<String>();
    for (var line : text.lines().toList()) {
      if (line.isBlank()) {
        above.clear();
      } else if (line.strip().startsWith("#")) {
        above.add(line.strip().replaceFirst("^# ?", ""));
      } else {
        var key = KEY.matcher(line);
        if (key.matches()) {
          int depth = key.group(1).length() / 2;
          while (path.size() > depth) {
            path.removeLast();
          }
          path.addLast(key.group(2));
          remember(String.join(".", path), above);
        }
        above.clear();
      }
    }
  }

  @SuppressWarnings("unchecked")
  private void remember(String path, List<String> lines) {
    for (var line : lines) {
      if (line.startsWith(SCHEMA)) {
        Map<String, Object> said =
            new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(line.substring(SCHEMA.length()));
        types.put(path, said);
      }
    }
    var words =
        lines.stream()
            .filter(line -> !line.startsWith(SCHEMA))
            .collect(Collectors.joining(" "))
            .strip();
    if (!words.isEmpty()) {
      explanations.put(path, words);
    }
  }

  /// The table of README.md.
  String table() {
    var text = new StringBuilder("| value | default | |\n|---|---|---|\n");
    for (var path : leaves()) {
      text.append("| `")
          .append(path)
          .append("` | `")
          .append(Json.write(Json.parse(json(at(path)))))
          .append("` | ")
          .append(explanation(path).replace("|", "\\|"))
          .append(" |\n");
    }
    return text.toString();
  }

  /// values.schema.json.
  String schema() {
    var root = new LinkedHashMap<String, Object>();
    root.put("$schema", "http://json-schema.org/draft-07/schema#");
    root.putAll(object("", tree));
    return indented(root, "") + "\n";
  }

  private Map<String, Object> schema(String path, @Nullable Object value) {
    var schema = new LinkedHashMap<String, Object>();
    switch (value) {
      case Map<?, ?> map -> schema.putAll(object(path, map));
      case List<?> _ -> schema.put("type", "array");
      case Boolean _ -> schema.put("type", "boolean");
      case Integer _ -> schema.put("type", "integer");
      case null, default -> schema.put("type", "string");
    }
    schema.putAll(types.getOrDefault(path, Map.of()));
    if (schema.containsKey("enum")) {
      schema.remove("type");
    }
    if (!explanation(path).isEmpty()) {
      schema.put("description", explanation(path));
    }
    return schema;
  }

  private Map<String, Object> object(String path, Map<?, ?> map) {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("type", "object");
    if (!map.isEmpty() && !isFree(path)) {
      schema.put("additionalProperties", path.equals("global"));
      var properties = new LinkedHashMap<String, Object>();
      map.forEach(
          (key, value) ->
              properties.put(
                  String.valueOf(key),
                  schema(path.isEmpty() ? String.valueOf(key) : path + "." + key, value)));
      schema.put("properties", properties);
    }
    return schema;
  }

  @Nullable Object at(String path) {
    Object value = tree;
    for (var key : path.split("\\.", -1)) {
      value = ((Map<?, ?>) Objects.requireNonNull(value)).get(key);
    }
    return value;
  }

  private static byte[] json(@Nullable Object value) {
    return indented(value, "").getBytes(StandardCharsets.UTF_8);
  }

  private static String indented(@Nullable Object value, String indent) {
    return switch (value) {
      case Map<?, ?> map when map.isEmpty() -> "{}";
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(
                  entry ->
                      indent
                          + "  "
                          + quoted(String.valueOf(entry.getKey()))
                          + ": "
                          + indented(entry.getValue(), indent + "  "))
              .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
      case List<?> list ->
          list.stream()
              .map(item -> indented(item, indent + "  "))
              .collect(Collectors.joining(", ", "[", "]"));
      case String text -> quoted(text);
      case null -> "null";
      default -> String.valueOf(value);
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
