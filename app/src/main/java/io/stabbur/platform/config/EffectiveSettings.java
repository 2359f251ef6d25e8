package io.stabbur.platform.config;

import io.micronaut.context.BeanContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.stabbur.platform.config.KnownSettings.Setting;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The settings that count, and where each comes from.
@Singleton
public final class EffectiveSettings {
  /// Up to the last sign: a password may have one in it.
  private static final Pattern LOGIN = Pattern.compile("://\\S*@");

  /// What follows `?` or `&` in an address, and a password as libpq writes it.
  private static final Pattern NAMED_SECRET =
      Pattern.compile("((?:(?<=\\w)[?&][^=&\\s]+|\\bpassword)=)[^&\\s,\\]]*");

  private final BeanContext context;
  private final Environment environment;

  EffectiveSettings(BeanContext context, Environment environment) {
    this.context = context;
    this.environment = environment;
  }

  /// A setting.
  ///
  /// @param value never a secret's
  /// @param origin empty for a default
  public record Line(String path, String value, Optional<String> origin) {}

  /// Those of the running server, by path.
  public List<Line> all() {
    return of(context, environment);
  }

  /// Those of a context, whether it runs or not.
  public static List<Line> of(BeanContext context, Environment environment) {
    var lines = new ArrayList<Line>();
    for (var setting : KnownSettings.of(context).all()) {
      for (var path : paths(setting.path(), environment)) {
        var origin = origin(path, environment);
        if (origin.isPresent()) {
          lines.add(new Line(path, value(setting, path, environment), origin));
        } else if (!path.contains("*")) {
          lines.add(new Line(path, shown(setting, setting.usual()), Optional.empty()));
        }
      }
    }
    return lines;
  }

  /// A setting of every name that the operator chose, such as each project's.
  private static List<String> paths(String pattern, Environment environment) {
    int star = pattern.indexOf(".*");
    if (star < 0) {
      return List.of(pattern);
    }
    var names = environment.getPropertyEntries(pattern.substring(0, star));
    return names.isEmpty()
        ? List.of(pattern)
        : names.stream().sorted().map(name -> pattern.replaceFirst("\\*", name)).toList();
  }

  private static String value(Setting setting, String path, Environment environment) {
    var value = environment.getProperty(path, Object.class).orElse("");
    return shown(
        setting,
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"))
            : String.valueOf(value));
  }

  private static String shown(Setting setting, String value) {
    if (value.isEmpty()) {
      return "(none)";
    }
    return setting.isSecret() && !setting.isDatabase() ? "***" : withoutSecrets(value);
  }

  /// Addresses without whoever logs in there and without the values of their queries.
  private static String withoutSecrets(String value) {
    var named = NAMED_SECRET.matcher(LOGIN.matcher(value).replaceAll("://***@"));
    return named.replaceAll("$1***");
  }

  /// The source that wins.
  private static Optional<String> origin(String path, Environment environment) {
    return environment.getPropertySources().stream()
        .filter(source -> has(source, path))
        .max(Comparator.comparingInt(PropertySource::getOrder))
        .map(PropertySource::getName);
  }

  private static boolean has(PropertySource source, String path) {
    for (var key : source) {
      var name = key.replace('_', '-');
      if (name.equals(path) || name.startsWith(path + "[") || name.startsWith(path + ".")) {
        return true;
      }
    }
    return false;
  }
}
