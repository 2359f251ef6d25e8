package io.stabbur.project;

import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.core.type.Argument;
import io.stabbur.platform.config.KnownSettings;
import io.stabbur.platform.error.StartFailure;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The settings of a project from texts under the names that `config/stabbur.yml` gives them.
public final class SettingsForm {
  private SettingsForm() {}

  /// The settings; those that are not given have their defaults. Refused with [StartFailure] where
  /// a name is not known or a value is of another kind.
  public static ProjectSettings read(String name, Map<String, String> given) {
    var constructor = constructor();
    refuseUnknown(constructor, given.keySet());
    var values = new ArrayList<@Nullable Object>();
    for (var parameter : constructor.getParameters()) {
      values.add(values.isEmpty() ? name : value(parameter, given));
    }
    try {
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      var cause = e.getCause();
      if (cause instanceof StartFailure failure) {
        throw failure;
      }
      throw new StartFailure(
          String.valueOf(cause == null ? e.getMessage() : cause.getMessage()), e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("settings cannot be made", e);
    }
  }

  /// Whether a setting is shown to nobody.
  public static boolean isSecret(String setting) {
    return KnownSettings.isSecret("stabbur.projects.*." + setting);
  }

  private static void refuseUnknown(Constructor<?> constructor, Set<String> given) {
    var known = new TreeSet<String>();
    for (var parameter : List.of(constructor.getParameters()).subList(1, size(constructor))) {
      known.add(NameUtils.hyphenate(parameter.getName()));
    }
    for (var name : given) {
      if (!known.contains(name)) {
        throw new StartFailure(
            "Unknown setting %s; there are %s.".formatted(name, String.join(", ", known)));
      }
    }
  }

  private static int size(Constructor<?> constructor) {
    return constructor.getParameterCount();
  }

  private static @Nullable Object value(Parameter parameter, Map<String, String> given) {
    var setting = NameUtils.hyphenate(parameter.getName());
    var type = parameter.getType();
    var text = given.get(setting);
    if (text == null) {
      var declared = parameter.getAnnotation(Bindable.class);
      if (declared == null) {
        return null;
      }
      text = declared.defaultValue();
    }
    if (type == List.class) {
      return Arrays.stream(text.split(",")).map(String::strip).toList();
    }
    return ConversionService.SHARED
        .convert(text, Argument.of(type))
        .orElseThrow(
            () ->
                new StartFailure(
                    "The setting %s is wrong: it must be %s.".formatted(setting, kind(type))));
  }

  private static String kind(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long" -> "a whole number";
      case "boolean" -> "true or false";
      case "Duration" -> "a duration such as 500ms, 10s or 1h";
      case "URI" -> "an address such as https://example.org";
      default -> "another kind of value";
    };
  }

  @SuppressWarnings("unchecked") // of that class
  private static Constructor<ProjectSettings> constructor() {
    return (Constructor<ProjectSettings>) ProjectSettings.class.getDeclaredConstructors()[0];
  }
}
