package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ConfigurableApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.InstantiatableBeanDefinition;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each settings record, bound by the framework: without a configuration it has its declared
/// defaults ([ConfigurationFileTest] compares those with the file), and each setting reaches the
/// component of its own name.
class SettingsTest {
  /// Values that a record accepts, where it does not accept any.
  private static final Map<String, Object> ACCEPTED =
      Map.ofEntries(
          Map.entry("stabbur.auth.path", "/given"),
          Map.entry("stabbur.auth.password.cost", 7),
          Map.entry("stabbur.postgres.access", "hostssl all all all md5"),
          Map.entry("stabbur.postgres.settings", "work_mem=7MB"),
          Map.entry("stabbur.backup.at", "03:15"),
          Map.entry("stabbur.backup.zone", "Europe/Oslo"),
          Map.entry("stabbur.auth.mail.code-length", 7),
          Map.entry("stabbur.auth.mail.tls", "required"),
          Map.entry("stabbur.functions.deny-ports", List.of(2525)),
          Map.entry("stabbur.rest.tx-end", "rollback"),
          Map.entry("stabbur.rest.open-api-mode", "disabled"),
          Map.entry("stabbur.tracing.endpoint", "http://collector:4318/v1/traces"),
          Map.entry("stabbur.tracing.share", 0.25),
          Map.entry("stabbur.storage.encrypt", "buckets"));

  /// A setting, its component and the record that has it.
  private record Setting(String name, Argument<?> argument, RecordComponent component) {
    @Nullable Object valueIn(Object settings) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        return accessor.invoke(settings);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("a component cannot be read", e);
      }
    }
  }

  /// Without the framework's security, whose conditions ask for beans, which need a start.
  static List<Class<?>> records() {
    try (var context = context(Map.of("micronaut.security.enabled", false))) {
      return context.getAllBeanDefinitions().stream()
          .filter(each -> each.hasStereotype(ConfigurationProperties.class))
          .map(BeanDefinition::getBeanType)
          .filter(type -> type.isRecord() && type.getName().startsWith("io.stabbur."))
          .<Class<?>>map(type -> type)
          .distinct()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void withoutAConfigurationEachComponentHasItsDefault(Class<?> type) {
    try (var context = context(Map.of())) {
      var settings = bound(context, type);

      for (var setting : settings(context, type)) {
        assertThat(setting.valueIn(settings))
            .as(setting.name)
            .isEqualTo(declared(setting.argument));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void eachSettingReachesItsComponent(Class<?> type) {
    var given = new HashMap<String, Object>();
    try (var context = context(Map.of())) {
      for (var setting : settings(context, type)) {
        given.put(setting.name, other(setting, given.size()));
      }
    }
    try (var context = context(given)) {
      var settings = bound(context, type);

      for (var setting : settings(context, type)) {
        assertThat(setting.valueIn(settings))
            .as(setting.name)
            .isEqualTo(converted(given.get(setting.name), setting.argument));
      }
    }
  }

  /// Binds without the rest of a start: what is made at once there needs a database.
  private static Object bound(ApplicationContext context, Class<?> type) {
    var definition = (InstantiatableBeanDefinition<?>) context.getBeanDefinition(type);
    return definition.instantiate(context);
  }

  private static List<Setting> settings(ApplicationContext context, Class<?> type) {
    var definition = context.getBeanDefinition(type);
    var prefix = prefix(definition);
    var components = type.getRecordComponents();
    var arguments = definition.getConstructor().getArguments();
    var settings = new ArrayList<Setting>();
    for (int i = 0; i < components.length; i++) {
      settings.add(
          new Setting(
              prefix + "." + NameUtils.hyphenate(components[i].getName()),
              arguments[i],
              components[i]));
    }
    return settings;
  }

  private static String prefix(AnnotationMetadata metadata) {
    return metadata.stringValue(ConfigurationProperties.class).orElseThrow();
  }

  private static @Nullable Object declared(Argument<?> argument) {
    var text = argument.getAnnotationMetadata().stringValue(Bindable.class, "defaultValue");
    return text.map(
            value ->
                value.isEmpty() && argument.getType() == List.class
                    ? List.of()
                    : converted(value, argument))
        .orElse(null);
  }

  private static Object converted(@Nullable Object value, Argument<?> argument) {
    var given = Objects.requireNonNull(value);
    return Objects.requireNonNull(ConversionService.SHARED.convertRequired(given, argument));
  }

  /// A value that is not the default and not that of another setting where the type has many.
  private static Object other(Setting setting, int number) {
    var accepted = ACCEPTED.get(setting.name);
    if (accepted != null) {
      return accepted;
    }
    var type = setting.argument.getType();
    var usual = declared(setting.argument);
    if (type == boolean.class || type == Boolean.class) {
      return !Boolean.TRUE.equals(usual);
    }
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .filter(each -> !each.equals(usual))
          .findFirst()
          .orElseThrow();
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return 7_000 + number;
    }
    if (type == Duration.class) {
      return (100 + number) + "s";
    }
    if (type == URI.class) {
      return "https://example.org/" + number;
    }
    if (type == Path.class) {
      return "/somewhere/" + number;
    }
    return "given-" + number;
  }

  /// A context that binds settings and starts nothing.
  private static ApplicationContext context(Map<String, Object> properties) {
    var context =
        ApplicationContext.builder()
            .environmentPropertySource(false)
            .properties(properties)
            .build();
    context.getEnvironment().start();
    ((ConfigurableApplicationContext) context).configure();
    return context;
  }
}
