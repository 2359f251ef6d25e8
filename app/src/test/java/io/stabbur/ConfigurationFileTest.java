package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `config/stabbur.yml` against the settings records: each setting is in the file once, explained,
/// with its default, and nothing else is. A setting without a default stands there as an example
/// behind a `#` without a space.
class ConfigurationFileTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^( *)#(?=[a-z0-9-]+:)", Pattern.MULTILINE);
  private static final Pattern SETTING = Pattern.compile("^ *#?[a-z0-9-]+: \\S.*");
  private static final String NO_DEFAULT = "no default";
  private static final Map<String, String> KNOWN = defaults();

  /// Where an operator's own names come next.
  private static final Set<String> NAMED =
      KNOWN.keySet().stream()
          .filter(name -> name.contains(".*"))
          .map(name -> name.substring(0, name.indexOf(".*")))
          .collect(Collectors.toSet());

  private static String file = "";

  @BeforeAll
  static void read() throws IOException {
    file = Files.readString(TestServer.repository().resolve("config/stabbur.yml"));
  }

  @Test
  void everySettingIsInTheFileAndNothingElse() {
    assertThat(settings(withExamples()).keySet())
        .as("settings in config/stabbur.yml and components of settings records")
        .containsExactlyInAnyOrderElementsOf(KNOWN.keySet());
  }

  @Test
  void theFileShowsTheDefaults() {
    var defaults = new TreeMap<>(KNOWN);
    defaults.values().removeIf(NO_DEFAULT::equals);

    assertThat(settings(withExamples())).containsAllEntriesOf(defaults);
  }

  @Test
  void theFileAsItStandsChangesNothing() {
    assertThat(settings(file)).isNotEmpty();
    assertThat(KNOWN).containsAllEntriesOf(settings(file));
  }

  @Test
  void everySettingIsExplained() {
    var unexplained = new ArrayList<String>();
    var lines = file.lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      if (SETTING.matcher(lines.get(i)).matches() && !explained(lines, i)) {
        unexplained.add(lines.get(i).strip());
      }
    }

    assertThat(unexplained).as("settings that no comment stands above").isEmpty();
  }

  private static String withExamples() {
    return EXAMPLE.matcher(file).replaceAll("$1");
  }

  /// A comment stands above it, perhaps with its sister settings between.
  private static boolean explained(List<String> lines, int at) {
    int above = at - 1;
    while (above > 0 && SETTING.matcher(lines.get(above)).matches()) {
      above--;
    }
    return lines.get(above).strip().startsWith("# ");
  }

  /// Values as text by dotted name, with `*` where an operator chooses the name.
  private static Map<String, String> settings(String yaml) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Map<?, ?> tree = new Yaml(new SafeConstructor(options)).load(yaml);
    var settings = new TreeMap<String, String>();
    tree.forEach((name, value) -> collect(String.valueOf(name), value, settings));
    return settings;
  }

  private static void collect(String name, Object value, Map<String, String> settings) {
    if (value instanceof Map<?, ?> inner && !KNOWN.containsKey(name)) {
      boolean named = NAMED.contains(name);
      inner.forEach((key, deeper) -> collect(name + "." + (named ? "*" : key), deeper, settings));
    } else {
      settings.put(name, value instanceof List<?> list ? joined(list) : String.valueOf(value));
    }
  }

  private static String joined(List<?> list) {
    return list.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /// What the records declare; an empty default is none; a setting without a default has
  /// [#NO_DEFAULT].
  private static Map<String, String> defaults() {
    var defaults = new TreeMap<String, String>();
    for (var type : types()) {
      prefix(type).ifPresent(prefix -> add(prefix, type, defaults));
    }
    return defaults;
  }

  private static List<Class<?>> types() {
    try {
      var root =
          Path.of(Application.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (var files = Files.walk(root.resolve("io/stabbur"))) {
        return files
            .map(file -> root.relativize(file).toString())
            .filter(name -> name.endsWith(".class") && !name.contains("$"))
            .<Class<?>>map(name -> type(name.substring(0, name.length() - 6).replace('/', '.')))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, Application.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<String> prefix(Class<?> type) {
    return Optional.ofNullable(type.getAnnotation(ConfigurationProperties.class))
        .map(ConfigurationProperties::value)
        .or(
            () ->
                Optional.ofNullable(type.getAnnotation(EachProperty.class))
                    .map(each -> each.value() + ".*"));
  }

  private static void add(String prefix, Class<?> record, Map<String, String> defaults) {
    assertThat(record.isRecord()).as("%s is a record", record).isTrue();
    for (var parameter : record.getDeclaredConstructors()[0].getParameters()) {
      if (!parameter.isAnnotationPresent(Parameter.class)) {
        var bindable = parameter.getAnnotation(Bindable.class);
        defaults.put(
            prefix + "." + NameUtils.hyphenate(parameter.getName()),
            bindable == null || bindable.defaultValue().isEmpty()
                ? NO_DEFAULT
                : bindable.defaultValue());
      }
    }
  }
}
