package io.stabbur.functions.manage;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The modules of a version as `deno info --json` tells them. Deno reads what a module imports by a
/// constant name without asking for the permission to read, so a version whose graph has a module
/// outside of its own folder must never be loaded.
final class ModuleGraph {
  private static final String FILE = "file:";
  private final JsonNode modules;

  private ModuleGraph(JsonNode modules) {
    this.modules = modules;
  }

  /// Reads the graph; empty where the text is not one.
  static Optional<ModuleGraph> parse(String json) {
    try {
      var modules = Json.parse(json).get("modules");
      return modules == null || !modules.isArray()
          ? Optional.empty()
          : Optional.of(new ModuleGraph(modules));
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  /// The first module outside of a folder, as the version names it.
  Optional<String> firstOutside(Path root) throws IOException {
    var real = root.toRealPath();
    for (var address : addresses()) {
      if (address.startsWith(FILE) && !isBelow(real, address)) {
        return Optional.of(namedAs(address));
      }
    }
    return Optional.empty();
  }

  /// All modules and all that they import: an import that failed counts too.
  private List<String> addresses() {
    var all = new ArrayList<String>();
    for (var module : modules.values()) {
      add(all, module.get("specifier"));
      for (var imported : dependencies(module)) {
        target(imported).ifPresent(all::add);
        add(all, at(imported, "type"));
      }
    }
    return all;
  }

  private static void add(List<String> all, @Nullable JsonNode text) {
    if (text != null && text.isString()) {
      all.add(text.getStringValue());
    }
  }

  private static List<JsonNode> dependencies(JsonNode module) {
    var all = new ArrayList<JsonNode>();
    var imported = module.get("dependencies");
    if (imported != null && imported.isArray()) {
      imported.values().forEach(all::add);
    }
    return all;
  }

  private static Optional<String> target(JsonNode dependency) {
    return Optional.ofNullable(at(dependency, "code"))
        .filter(JsonNode::isString)
        .map(JsonNode::getStringValue);
  }

  private static @Nullable JsonNode at(JsonNode dependency, String kind) {
    var resolved = dependency.get(kind);
    return resolved == null || !resolved.isObject() ? null : resolved.get("specifier");
  }

  private static boolean isBelow(Path root, String address) throws IOException {
    try {
      var path = Path.of(URI.create(address)).normalize();
      return (Files.exists(path) ? path.toRealPath() : path).startsWith(root);
    } catch (IllegalArgumentException e) {
      // an address that names no path of this machine
      return false;
    }
  }

  /// What the importing module wrote: the address itself would show this machine's folders.
  private String namedAs(String address) {
    for (var module : modules.values()) {
      for (var imported : dependencies(module)) {
        var name = imported.get("specifier");
        if (target(imported).filter(address::equals).isPresent() && name != null) {
          return name.coerceStringValue();
        }
      }
    }
    return "a file";
  }
}
