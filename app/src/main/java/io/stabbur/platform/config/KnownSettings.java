package io.stabbur.platform.config;

import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import io.micronaut.inject.BeanDefinition;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Every setting that a settings record has a component for.
///
/// @param byPath by dotted path, in which `*` stands for a name that an operator chooses
public record KnownSettings(SortedMap<String, Setting> byPath) {
  private static final Pattern SECRET =
      Pattern.compile(
          ".*(password|secret|secrets|secret-key|access-key-id|secret-access-key|anon-key|role-key"
              + "|publishable-key|master-key|private-key|user-key|signing-keys|test-codes"
              + "|app-settings|\\.token|\\.key|heartbeat)");

  /// Addresses that may have a secret in their path or query, so that none of it is shown.
  private static final Set<String> SECRET_ADDRESSES =
      Set.of(
          "stabbur.operations.alerts.receivers.*.url",
          "stabbur.realtime.bus.redis-url",
          "stabbur.auth.sms.url",
          "stabbur.auth.hooks.*.uri");

  /// Addresses of databases, which may have a password in them.
  private static final Set<String> DATABASES =
      Set.of(
          "stabbur.control.database-url",
          "stabbur.projects.*.database-url",
          "stabbur.projects.*.pooler-url",
          "stabbur.projects.*.read-urls");

  /// One setting.
  ///
  /// @param type of its value
  /// @param usual its default as text; empty for none
  public record Setting(String path, Type type, String usual) {
    /// Whether its value must not be shown as it is.
    public boolean isSecret() {
      return type == Secret.class || KnownSettings.isSecret(path);
    }

    /// Whether it is the address of a database, of which all but its secrets may be shown.
    public boolean isDatabase() {
      return DATABASES.contains(path);
    }
  }

  public KnownSettings {
    byPath = Collections.unmodifiableSortedMap(byPath);
  }

  /// Those of the records that a context has.
  public static KnownSettings of(BeanContext context) {
    var found = new TreeMap<String, Setting>();
    // without asking for conditions, which a context that is not started cannot answer
    for (var reference : context.getBeanDefinitionReferences()) {
      if (!reference.getName().startsWith("io.stabbur.") || !reference.isPresent()) {
        continue;
      }
      var definition = reference.load();
      if (definition.getBeanType().isRecord()) {
        definition
            .stringValue(EachProperty.class)
            .map(prefix -> prefix + ".*")
            .or(() -> definition.stringValue(ConfigurationProperties.class))
            .ifPresent(prefix -> add(found, prefix, definition));
      }
    }
    return new KnownSettings(found);
  }

  /// Whether the value of a setting must not be shown as it is.
  ///
  /// @param path in which `*` stands for a name that an operator chooses
  public static boolean isSecret(String path) {
    return SECRET.matcher(path).matches()
        || SECRET_ADDRESSES.contains(path)
        || DATABASES.contains(path);
  }

  public Collection<Setting> all() {
    return byPath.values();
  }

  private static void add(
      SortedMap<String, Setting> found, String prefix, BeanDefinition<?> definition) {
    var arguments = definition.getConstructor().getArguments();
    var components = definition.getBeanType().getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      var path = prefix + "." + NameUtils.hyphenate(components[i].getName());
      if (!prefix.endsWith(".*") || !isName(arguments[i])) {
        var usual =
            arguments[i]
                .getAnnotationMetadata()
                .stringValue(Bindable.class, "defaultValue")
                .orElse("");
        found.put(path, new Setting(path, components[i].getGenericType(), usual));
      }
    }
  }

  private static boolean isName(Argument<?> argument) {
    return argument
        .getAnnotationMetadata()
        .hasAnnotation("io.micronaut.context.annotation.Parameter");
  }
}
