package io.stabbur.console.page;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The texts of the pages in one language, from `texts_nb.properties` and `texts_en.properties`.
public final class Texts {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
  private static final Map<Language, Texts> ALL = all();

  private final Language language;
  private final Map<String, String> texts;

  private Texts(Language language, Map<String, String> texts) {
    this.language = language;
    this.texts = Map.copyOf(texts);
  }

  public static Texts in(Language language) {
    return Objects.requireNonNull(ALL.get(language));
  }

  public Language language() {
    return language;
  }

  /// The text of a key, in which `{0}`, `{1}` and so on stand for the values.
  public String of(String key, Object... values) {
    return PLACE
        .matcher(raw(key))
        .replaceAll(place -> java.util.regex.Matcher.quoteReplacement(value(place, values)));
  }

  private static String value(MatchResult place, Object... values) {
    return String.valueOf(values[Integer.parseInt(place.group(1))]);
  }

  /// The text of a key, in which names in braces stand for the values of a map.
  public String of(String key, Map<String, String> values) {
    return PLACE
        .matcher(raw(key))
        .replaceAll(
            place ->
                java.util.regex.Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
  }

  public boolean has(String key) {
    return texts.containsKey(key);
  }

  Set<String> keys() {
    return texts.keySet();
  }

  String raw(String key) {
    var text = texts.get(key);
    if (text == null) {
      throw new IllegalStateException("no text " + key + " in " + language.tag());
    }
    return text;
  }

  private static Map<Language, Texts> all() {
    var all = new EnumMap<Language, Texts>(Language.class);
    for (var language : Language.values()) {
      all.put(language, new Texts(language, read(language)));
    }
    return Collections.unmodifiableMap(all);
  }

  private static Map<String, String> read(Language language) {
    var properties = new Properties();
    var name = "texts_" + language.tag() + ".properties";
    try (var in = Objects.requireNonNull(Texts.class.getResourceAsStream(name))) {
      properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var texts = new java.util.HashMap<String, String>();
    properties.forEach((key, text) -> texts.put(key.toString(), text.toString()));
    return texts;
  }
}
