package io.stabbur.packaging;

import static io.stabbur.packaging.DockerTest.map;
import static io.stabbur.packaging.DockerTest.yaml;

import com.marcnuri.helm.TemplateCommand;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// The objects that a chart was rendered to.
record Rendered(String text, List<Map<String, Object>> objects) {
  private static final String HOOK = "helm.sh/hook";
  private static final String ORDINARY = "ordinary/hook";

  static Rendered of(TemplateCommand command) {
    return of(command.call());
  }

  /// A copy of a chart in which hooks are ordinary objects.
  static Path withHooks(Path chart) {
    var copy = TestServer.newFolder().resolve("stabbur");
    try (var files = Files.walk(chart)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var target = copy.resolve(chart.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.writeString(target, Files.readString(file).replace(HOOK, ORDINARY));
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rendered of(String rendered) {
    var text = rendered.replace(ORDINARY, HOOK);
    var objects = new ArrayList<Map<String, Object>>();
    for (var document : text.split("(?m)^---\n", -1)) {
      if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
        objects.add(yaml(document));
      }
    }
    return new Rendered(text, List.copyOf(objects));
  }

  /// An object of this kind whose name ends so.
  Optional<Map<String, Object>> find(String kind, String nameEnd) {
    return objects.stream()
        .filter(object -> kind.equals(object.get("kind")))
        .filter(object -> name(object).endsWith(nameEnd))
        .findFirst();
  }

  Map<String, Object> get(String kind, String nameEnd) {
    return find(kind, nameEnd)
        .orElseThrow(() -> new NoSuchElementException(kind + " " + nameEnd + "\n" + text));
  }

  Map<String, Object> get(String kind) {
    return get(kind, "");
  }

  boolean has(String kind) {
    return find(kind, "").isPresent();
  }

  /// What serves: the Deployment or the StatefulSet.
  Map<String, Object> server() {
    return find("StatefulSet", "").orElseGet(() -> get("Deployment", "stabbur"));
  }

  /// The pods of all objects, with the object's kind and name.
  Map<String, Map<String, Object>> pods() {
    var pods = new TreeMap<String, Map<String, Object>>();
    for (var object : objects) {
      var kind = String.valueOf(object.get("kind"));
      switch (kind) {
        case "Pod" -> pods.put(kind + "/" + name(object), map(object, "spec"));
        case "Deployment", "StatefulSet", "Job" ->
            pods.put(kind + "/" + name(object), podOf(object));
        default -> {}
      }
    }
    return pods;
  }

  /// The configuration file in the Secret.
  String configuration() {
    return String.valueOf(map(get("Secret", "-settings"), "stringData").get("stabbur.yml"));
  }

  static String name(Map<String, Object> object) {
    return String.valueOf(map(object, "metadata").get("name"));
  }

  static Map<String, Object> podOf(Map<String, Object> object) {
    return map(map(map(object, "spec"), "template"), "spec");
  }

  static Map<String, Object> containerOf(Map<String, Object> object) {
    return list(podOf(object), "containers").getFirst();
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> list(Map<String, Object> parent, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(parent.get(key), key);
  }
}
