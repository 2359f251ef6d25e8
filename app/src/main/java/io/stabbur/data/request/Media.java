package io.stabbur.data.request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A media type as this API understands it.
public sealed interface Media {

  /// The type as written on the wire, without charset.
  String mime();

  /// The value of a Content-Type header.
  default String contentType() {
    return switch (this) {
      case Known known -> known == Known.OCTETS ? known.mime() : known.mime() + "; charset=utf-8";
      case ObjectJson _, StrippedArray _, Plan _ -> mime() + "; charset=utf-8";
      case Other other -> other.mime();
    };
  }

  enum Known implements Media {
    JSON("application/json"),
    GEO_JSON("application/geo+json"),
    CSV("text/csv"),
    TEXT("text/plain"),
    XML("text/xml"),
    OPEN_API("application/openapi+json"),
    FORM("application/x-www-form-urlencoded"),
    OCTETS("application/octet-stream"),
    ANY("*/*");

    private final String mime;

    Known(String mime) {
      this.mime = mime;
    }

    @Override
    public String mime() {
      return mime;
    }
  }

  /// Whether keys with null are written.
  enum Nulls {
    KEPT,
    STRIPPED
  }

  record ObjectJson(Nulls nulls) implements Media {
    @Override
    public String mime() {
      return nulls == Nulls.STRIPPED
          ? "application/vnd.pgrst.object+json;nulls=stripped"
          : "application/vnd.pgrst.object+json";
    }
  }

  record StrippedArray() implements Media {
    @Override
    public String mime() {
      return "application/vnd.pgrst.array+json;nulls=stripped";
    }
  }

  /// An execution plan instead of the result.
  record Plan(Media of, PlanFormat format, List<PlanOption> options) implements Media {
    @Override
    public String mime() {
      var mime =
          "application/vnd.pgrst.plan+"
              + format.name().toLowerCase(Locale.ROOT)
              + "; for=\""
              + of.mime()
              + "\"";
      if (options.isEmpty()) {
        return mime;
      }
      return mime
          + "; options="
          + String.join("|", options.stream().map(PlanOption::word).toList());
    }
  }

  enum PlanFormat {
    TEXT,
    JSON
  }

  enum PlanOption {
    ANALYZE,
    VERBOSE,
    SETTINGS,
    BUFFERS,
    WAL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Any other type, for handlers the database defines.
  record Other(String mime) implements Media {}

  /// Reads one type with its parameters.
  public static Media of(String text) {
    return parse(text);
  }

  static Media parse(String text) {
    if (text.equals("application/json")) {
      return Known.JSON;
    }
    var end = mainEnd(text);
    var parameters = parameters(text.substring(end));
    var main = text.substring(0, end).strip().toLowerCase(Locale.ROOT);
    return switch (main) {
      case "application/json" -> Known.JSON;
      case "application/geo+json" -> Known.GEO_JSON;
      case "text/csv" -> Known.CSV;
      case "text/plain" -> Known.TEXT;
      case "text/xml" -> Known.XML;
      case "application/openapi+json" -> Known.OPEN_API;
      case "application/x-www-form-urlencoded" -> Known.FORM;
      case "application/octet-stream" -> Known.OCTETS;
      case "*/*" -> Known.ANY;
      case "application/vnd.pgrst.plan", "application/vnd.pgrst.plan+text" ->
          plan(PlanFormat.TEXT, parameters);
      case "application/vnd.pgrst.plan+json" -> plan(PlanFormat.JSON, parameters);
      case "application/vnd.pgrst.object+json", "application/vnd.pgrst.object" ->
          new ObjectJson(strips(parameters) ? Nulls.STRIPPED : Nulls.KEPT);
      case "application/vnd.pgrst.array+json", "application/vnd.pgrst.array" ->
          strips(parameters) ? new StrippedArray() : Known.JSON;
      default -> new Other(text);
    };
  }

  private static int mainEnd(String text) {
    var semicolon = text.indexOf(';');
    return semicolon < 0 ? text.length() : semicolon;
  }

  private static boolean strips(Map<String, String> parameters) {
    return "stripped".equals(parameters.get("nulls"));
  }

  private static Media plan(PlanFormat format, Map<String, String> parameters) {
    var wanted = List.of(parameters.getOrDefault("options", "").split("\\|"));
    var options = new ArrayList<PlanOption>();
    for (var option : PlanOption.values()) {
      if (wanted.contains(option.word())) {
        options.add(option);
      }
    }
    var of = parse(parameters.getOrDefault("for", "application/json"));
    return new Plan(of, format, List.copyOf(options));
  }

  private static Map<String, String> parameters(String text) {
    var parameters = new HashMap<String, String>();
    var at = 0;
    while (at < text.length()) {
      var equals = text.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      var name = text.substring(at, equals).replace(";", "").strip().toLowerCase(Locale.ROOT);
      var start = equals + 1;
      while (start < text.length() && text.charAt(start) == ' ') {
        start++;
      }
      var quoted = start < text.length() && text.charAt(start) == '"';
      var end = text.indexOf(quoted ? '"' : ';', start + 1);
      end = end < 0 ? text.length() : end;
      parameters.put(name, text.substring(quoted ? start + 1 : start, end).strip());
      at = quoted ? end + 1 : end;
    }
    return parameters;
  }

  /// The types of `Accept` headers, best first.
  static List<Media> accepted(List<String> lines) {
    if (lines.isEmpty()) {
      return List.of(Known.ANY);
    }
    var header = String.join(",", lines);
    if (header.indexOf(',') < 0 && header.indexOf(';') < 0) {
      return List.of(parse(header.strip()));
    }
    return Ranked.all(header).stream().map(ranked -> parse(ranked.text())).toList();
  }

  /// One entry of an Accept header; more parameters and fewer stars go first at equal quality.
  record Ranked(String text, double quality, int precision) {
    private static List<Ranked> all(String header) {
      var entries = new ArrayList<Ranked>();
      for (var entry : split(header)) {
        entries.add(ranked(entry.replace(" ", "")));
      }
      entries.sort(
          Comparator.comparingDouble((Ranked each) -> each.quality)
              .thenComparingInt(Ranked::precision)
              .reversed());
      return entries;
    }

    private static Ranked ranked(String dense) {
      var at = dense.indexOf(";q=");
      var text = at < 0 ? dense : dense.substring(0, at);
      var precision = (int) (count(text, ';') - count(text, '*'));
      return new Ranked(text, at < 0 ? 1.0 : quality(dense.substring(at + 3)), precision);
    }

    private static long count(String text, char c) {
      return text.chars().filter(each -> each == c).count();
    }

    private static double quality(String text) {
      var end = text.indexOf(';');
      try {
        return Double.parseDouble(end < 0 ? text : text.substring(0, end));
      } catch (NumberFormatException _) {
        return 1.0;
      }
    }

    private static List<String> split(String header) {
      var entries = new ArrayList<String>();
      var start = 0;
      for (var i = 0; i <= header.length(); i++) {
        if (i == header.length() || header.charAt(i) == ',') {
          if (!header.substring(start, i).isBlank()) {
            entries.add(header.substring(start, i));
          }
          start = i + 1;
        }
      }
      return entries;
    }
  }
}
