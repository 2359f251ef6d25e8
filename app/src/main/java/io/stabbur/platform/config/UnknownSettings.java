package io.stabbur.platform.config;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.naming.NameUtils;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Refuses to start when a key under `stabbur.` matches no component of any settings record. What
/// must not begin before the settings are known to be right takes this as a constructor argument.
@Singleton
public final class UnknownSettings {
  private static final String ROOT = "stabbur";
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
      throw new ConfigurationException(
          "Unknown setting%s: %s. See config/stabbur.yml for every setting."
              .formatted(unknown.size() == 1 ? "" : "s", String.join(", ", unknown)));
    }
  }

  private void collect(String prefix, Map<String, Set<String>> known, List<String> unknown) {
    var names = known.getOrDefault(prefix, Set.of());
    for (var entry : context.getEnvironment().getPropertyEntries(prefix)) {
      var path = prefix + "." + entry;
      if (names.contains(entry)) {
        continue;
      }
      if (known.containsKey(path)) {
        collect(path, known, unknown);
      } else if (known.containsKey(prefix + ".*")) {
        collectEach(path, known.getOrDefault(prefix + ".*", Set.of()), unknown);
      } else {
        unknown.add(path);
      }
    }
  }

  private void collectEach(String prefix, Set<String> names, List<String> unknown) {
    for (var entry : context.getEnvironment().getPropertyEntries(prefix)) {
      if (!names.contains(entry)) {
        unknown.add(prefix + "." + entry);
      }
    }
  }

  /// Names by prefix; a prefix with named entries ends in `.*`, and each parent knows its children.
  private Map<String, Set<String>> known() {
    var known = new HashMap<String, Set<String>>();
    for (var definition : context.getAllBeanDefinitions()) {
      var type = definition.getBeanType();
      if (!type.isRecord() || !type.getName().startsWith("io.stabbur.")) {
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

  private static void add(Map<String, Set<String>> known, String prefix, Class<?> type) {
    var names = known.computeIfAbsent(prefix, _ -> new HashSet<>());
    for (var component : type.getRecordComponents()) {
      names.add(NameUtils.hyphenate(component.getName()));
    }
    for (int dot = prefix.lastIndexOf('.'); dot > 0; dot = prefix.lastIndexOf('.', dot - 1)) {
      known.computeIfAbsent(prefix.substring(0, dot), _ -> new HashSet<>());
    }
  }
}
