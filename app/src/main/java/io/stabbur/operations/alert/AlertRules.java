package io.stabbur.operations.alert;

import io.stabbur.operations.alert.AlertRule.Scope;
import io.stabbur.operations.alert.AlertRule.Severity;
import io.stabbur.platform.error.StartFailure;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The rules of `rules.yml`, as the settings change them.
@Singleton
final class AlertRules {
  private static final double DAY = 86_400;
  private static final double HOUR = 3_600;
  private static final double MINUTE = 60;

  private final List<AlertRule> rules;

  AlertRules(List<RuleSettings> settings) {
    var changes =
        settings.stream().collect(Collectors.toMap(each -> key(each.name()), each -> each));
    var shipped = shipped();
    var known = shipped.stream().map(rule -> key(rule.name())).toList();
    changes.forEach(
        (name, change) -> {
          if (!known.contains(name)) {
            throw new StartFailure(
                "There is no alert %s; `./stabbur alerts rules` lists all of them."
                    .formatted(change.name()));
          }
        });
    this.rules =
        shipped.stream().flatMap(rule -> changed(rule, changes.get(key(rule.name())))).toList();
  }

  /// Settings have names such as `pool-exhausted`, rules such as `PoolExhausted`.
  private static String key(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }

  List<AlertRule> all() {
    return rules;
  }

  /// The metrics that are read, and how far back.
  Map<String, Duration> windows() {
    var windows = new HashMap<String, Duration>();
    rules.forEach(
        rule ->
            rule.signal()
                .windows()
                .forEach(
                    (metric, window) ->
                        windows.merge(metric, window, (a, b) -> a.compareTo(b) > 0 ? a : b)));
    windows.put("pg_up", Duration.ZERO);
    return windows;
  }

  private static Stream<AlertRule> changed(AlertRule rule, @Nullable RuleSettings change) {
    if (change == null) {
      return Stream.of(rule);
    }
    if (!change.enabled()) {
      return Stream.of();
    }
    var limit = rule.severity() == Severity.WARNING ? change.warning() : change.critical();
    return Stream.of(
        new AlertRule(
            rule.name(),
            rule.severity(),
            rule.signal(),
            rule.by(),
            rule.isBelow(),
            limit == null ? rule.limit() : limit,
            limit == null ? rule.clear() : limit,
            change.lasting() == null ? rule.lasting() : change.lasting(),
            rule.unit(),
            rule.summary(),
            rule.scope()));
  }

  private static List<AlertRule> shipped() {
    try (var in = AlertRules.class.getResourceAsStream("rules.yml")) {
      var all =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .<List<Map<String, Object>>>load(Objects.requireNonNull(in));
      var rules = new ArrayList<AlertRule>();
      all.forEach(fields -> rules.addAll(new Fields(fields).rules()));
      return rules;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One entry of the file.
  private record Fields(Map<String, Object> of) {
    List<AlertRule> rules() {
      var rules = new ArrayList<AlertRule>();
      for (var severity : Severity.values()) {
        var limits = of.get(severity.name().toLowerCase(Locale.ROOT));
        if (limits instanceof Map<?, ?> map) {
          rules.add(rule(severity, map));
        }
      }
      return rules;
    }

    private AlertRule rule(Severity severity, Map<?, ?> limits) {
      boolean isBelow = limits.containsKey("below");
      double limit = number(Objects.requireNonNull(limits.get(isBelow ? "below" : "above")));
      var clear = limits.get("clear");
      return new AlertRule(
          text("name"),
          severity,
          signal(),
          by(),
          isBelow,
          limit,
          clear == null ? limit : number(clear),
          duration(String.valueOf(limits.get("for"))),
          text("unit"),
          text("summary"),
          Scope.valueOf(text("scope").toUpperCase(Locale.ROOT)));
    }

    private List<String> by() {
      var by = new ArrayList<>(List.of("project"));
      if (of.get("by") instanceof List<?> more) {
        more.forEach(label -> by.add(String.valueOf(label)));
      }
      return List.copyOf(by);
    }

    private Signal signal() {
      var window = of.containsKey("window") ? duration(text("window")) : Duration.ZERO;
      double atLeast = of.containsKey("at-least") ? number(of.get("at-least")) : 0;
      return switch (text("kind")) {
        case "value" -> new Signal.Value(selector("of"), false);
        case "distance" -> new Signal.Value(selector("of"), true);
        case "increase" -> new Signal.Increase(selector("of"), window);
        case "share" ->
            new Signal.Share(
                new Signal.Increase(selector("part"), window),
                new Signal.Increase(selector("of"), window),
                atLeast);
        case "quotient" -> new Signal.Quotient(selector("part"), selector("of"), atLeast);
        case "age" -> new Signal.Moment(selector("of"), false);
        case "until" -> new Signal.Moment(selector("of"), true);
        case "predicted" -> new Signal.Predicted(selector("of"), window, duration(text("ahead")));
        case "quantile" ->
            new Signal.Quantile(selector("of"), number(of.get("quantile")), window, atLeast);
        default -> throw new IllegalStateException("no kind of signal: " + text("kind"));
      };
    }

    /// `{metric: name, label: expression}`.
    private Selector selector(String field) {
      var match = new LinkedHashMap<String, Pattern>();
      var metric = "";
      if (of.get(field) instanceof Map<?, ?> map) {
        metric = String.valueOf(map.get("metric"));
        map.forEach(
            (label, value) -> {
              if (!label.equals("metric")) {
                match.put(String.valueOf(label), Pattern.compile(String.valueOf(value)));
              }
            });
      }
      return new Selector(metric, match);
    }

    private String text(String field) {
      var value = of.get(field);
      return value == null ? "" : String.valueOf(value);
    }

    /// A number, or a duration in seconds.
    private static double number(@Nullable Object value) {
      return value instanceof Number number
          ? number.doubleValue()
          : duration(String.valueOf(value)).toSeconds();
    }

    private static Duration duration(String text) {
      double count = Double.parseDouble(text.substring(0, text.length() - 1));
      double unit =
          switch (text.charAt(text.length() - 1)) {
            case 'd' -> DAY;
            case 'h' -> HOUR;
            case 'm' -> MINUTE;
            default -> 1;
          };
      return Duration.ofSeconds(Math.round(count * unit));
    }
  }
}
