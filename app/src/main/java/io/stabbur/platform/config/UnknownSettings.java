package io.stabbur.platform.config;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses to start when a key under `stabbur.` matches no component of any settings record, or its
/// value is of another kind: the framework ignores the first and takes the default for the second.
/// What must not begin before the settings are known to be right takes this as a constructor
/// argument.
@Singleton
public final class UnknownSettings {
  private static final String ROOT = "stabbur";
  private static final Set<Type> NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class);

  /// The framework takes every other word for false.
  private static final Set<String> BOOLEANS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n");

  private final ApplicationContext context;

  UnknownSettings(ApplicationContext context) {
    this.context = context;
    refuse();
  }

  private void refuse() {
    var known = known();
    var unknown = new ArrayList<String>();
    collect(ROOT, known, unknown);
    if (!unknown.isEmpty()) {
      var all = KnownSettings.of(context);
      throw new ConfigurationException(
          "Unknown setting%s: %s. See config/stabbur.yml for every setting."
              .formatted(
                  unknown.size() == 1 ? "" : "s",
                  unknown.stream()
                      .map(
                          path ->
                              path
                                  + SettingHints.of(path, all)
                                      .map(" (did you mean %s?)"::formatted)
                                      .orElse(""))
                      .collect(Collectors.joining(", "))));
    }
  }

  private void refuseOtherKinds(String path, Type type) {
    var environment = context.getEnvironment();
    var given = environment.getProperty(path, Object.class);
    if (given.isPresent()
        && !(isBoolean(type)
            ? BOOLEANS.contains(given.get().toString().toLowerCase(Locale.ROOT))
            : environment.getProperty(path, Argument.of(type)).isPresent())) {
      throw new ConfigurationException(
          "The setting %s is wrong: it must be %s. See config/stabbur.yml for every setting."
              .formatted(path, kind(type)));
    }
  }

  private static boolean isBoolean(Type type) {
    return type == boolean.class || type == Boolean.class;
  }

  private static String kind(Type type) {
    if (isBoolean(type)) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration such as 500ms, 10s or 1h";
    }
    if (type instanceof Class<?> named && named.isEnum()) {
      return "one of "
          + Arrays.stream(named.getEnumConstants())
              .map(each -> each.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    return NUMBERS.contains(type) ? "a whole number" : "another kind of value";
  }

  private void collect(String prefix, Map<String, Map<String, Type>> known, List<String> unknown) {
    var names = known.getOrDefault(prefix, Map.of());
    for (var entry : context.getEnvironment().getPropertyEntries(prefix)) {
      var path = prefix + "." + entry;
      var type = names.get(entry);
      if (type != null) {
        refuseOtherKinds(path, type);
        continue;
      }
      if (known.containsKey(path)) {
        collect(path, known, unknown);
      } else if (known.containsKey(prefix + ".*")) {
        collectEach(path, known.getOrDefault(prefix + ".*", Map.of()), unknown);
      } else {
        unknown.add(path);
      }
    }
  }

  private void collectEach(String prefix, Map<String, Type> names, List<String> unknown) {
    for (var entry : context.getEnvironment().getPropertyEntries(prefix)) {
      var type = names.get(entry);
      if (type == null) {
        unknown.add(prefix + "." + entry);
      } else {
        refuseOtherKinds(prefix + "." + entry, type);
      }
    }
  }

  /// Names and their types by prefix; a prefix with named entries ends in `.*`, and each parent
  /// knows its children.
  private Map<String, Map<String, Type>> known() {
    var known = new HashMap<String, Map<String, Type>>();
    // without asking for the conditions of each bean there is, most of which nothing else asks for
    for (var reference : context.getBeanDefinitionReferences()) {
      if (!reference.getName().startsWith("io.stabbur.") || !reference.isPresent()) {
        continue;
      }
      var definition = reference.load();
      var type = definition.getBeanType();
      if (!type.isRecord()) {
        continue;
      }
      definition
          .stringValue(EachProperty.class)
          .ifPresentOrElse(
              prefix -> add(known, prefix + ".*", type),
              () ->
                  definition
                      .stringValue(ConfigurationProperties.class)
                      .ifPresent(prefix -> add(known, prefix, type)));
    }
    return known;
  }

  private static void add(Map<String, Map<String, Type>> known, String prefix, Class<?> type) {
    var names = known.computeIfAbsent(prefix, _ -> new HashMap<>());
    for (var component : type.getRecordComponents()) {
      names.put(NameUtils.hyphenate(component.getName()), component.getGenericType());
    }
    for (int dot = prefix.lastIndexOf('.'); dot > 0; dot = prefix.lastIndexOf('.', dot - 1)) {
      known.computeIfAbsent(prefix.substring(0, dot), _ -> new HashMap<>());
    }
  }
}
