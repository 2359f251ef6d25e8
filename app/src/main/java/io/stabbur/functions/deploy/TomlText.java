package io.stabbur.functions.deploy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// As much of a `config.toml` as functions need: tables, and keys with strings, truth values and
/// lists of strings. Anything else is read over.
final class TomlText {
  private static final Pattern TABLE = Pattern.compile("\\[\\s*([A-Za-z0-9_.\"'-]+)\\s*]");
  private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(.+)");
  private static final Pattern STRING = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

  private final Map<String, Map<String, String>> tables = new LinkedHashMap<>();

  private TomlText() {}

  static TomlText parse(String text) {
    var toml = new TomlText();
    var table = new HashMap<String, String>();
    for (var line :
        text.replaceAll(",\\s*\\R\\s*", ", ").replaceAll("\\[\\s*\\R", "[").lines().toList()) {
      var stripped = line.strip();
      var begins = TABLE.matcher(stripped);
      var pair = PAIR.matcher(stripped);
      if (begins.lookingAt()) {
        table = new HashMap<>();
        toml.tables.put(begins.group(1).replaceAll("[\"']", ""), table);
      } else if (pair.matches()) {
        table.put(pair.group(1), pair.group(2).strip());
      }
    }
    return toml;
  }

  private Optional<String> raw(String table, String key) {
    return Optional.ofNullable(tables.getOrDefault(table, Map.of()).get(key));
  }

  Optional<Boolean> truth(String table, String key) {
    return raw(table, key).map(value -> value.startsWith("true"));
  }

  Optional<String> text(String table, String key) {
    return texts(table, key).stream().findFirst().filter(text -> !text.isEmpty());
  }

  List<String> texts(String table, String key) {
    return raw(table, key).stream()
        .flatMap(value -> STRING.matcher(value).results())
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .toList();
  }
}
