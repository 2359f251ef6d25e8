package io.stabbur.console.page;

import java.text.Collator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Words for what a project's own apps call by names, such as roles: a text where there is one,
/// else the name made readable.
public final class RoleWords {
  private RoleWords() {}

  /// The role of a member.
  public static String role(Texts texts, String role) {
    return of(texts, "member-role.", role);
  }

  /// The kinds of things that are kept about somebody, with their numbers, in the order of their
  /// words.
  public static Map<String, Integer> kept(Texts texts, Map<String, Integer> kinds) {
    var words =
        new TreeMap<String, Integer>(Collator.getInstance(texts.language().locale())::compare);
    kinds.forEach((kind, number) -> words.merge(of(texts, "kept.", kind), number, Integer::sum));
    return words;
  }

  private static String of(Texts texts, String keys, String name) {
    return texts.has(keys + name) ? texts.of(keys + name) : readable(name);
  }

  private static String readable(String name) {
    var words = name.replace('_', ' ').strip();
    return words.isEmpty()
        ? name
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
