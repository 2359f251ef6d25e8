package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The words shared by all parameters: names, quoted values, JSON paths. Methods answer null when
/// the words are not there and leave the cursor's memory to say why.
final class Grammar {
  static final String NAME = "field name (* or [a..z0..9_$])";
  private static final String JSON_KEY = "any non reserved character different from: .,>()";
  private static final int DEEPEST_PATH = 100;

  private Grammar() {}

  /// A name: quoted, or letters, digits, `_`, `$`, inner blanks and dashes. Never empty: Postgres
  /// knows no such name.
  static @Nullable String name(Cursor in) {
    if (in.peek() == '"') {
      return quotedName(in);
    }
    var first = word(in, NAME);
    if (first == null) {
      return null;
    }
    if (in.peek() != '-') {
      return first;
    }
    return dashed(in, new StringBuilder(first));
  }

  private static @Nullable String quotedName(Cursor in) {
    var name = quoted(in);
    if (name != null && name.isEmpty()) {
      in.want(NAME);
      return null;
    }
    return name;
  }

  private static @Nullable String dashed(Cursor in, StringBuilder name) {
    while (in.peek() == '-' && in.peek(1) != '>') {
      in.skip(1);
      var next = word(in, "letter, digit");
      if (next == null) {
        return null;
      }
      name.append('-').append(next);
    }
    return name.toString();
  }

  static @Nullable String word(Cursor in, String label) {
    var start = in.position();
    while (isWordPart(in.peek()) && !in.atEnd()) {
      in.skip(1);
    }
    var word = in.from(start).strip();
    if (word.isEmpty()) {
      in.want(label);
      return null;
    }
    return word;
  }

  static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || (c >= 'A' && c <= 'Z')
        || c == ' '
        || c == '$'
        || (c > 127 && c != Cursor.END && (Character.isLetter(c) || Character.isSurrogate(c)));
  }

  /// `"..."` with backslash escapes.
  static @Nullable String quoted(Cursor in) {
    if (!in.take('"')) {
      return null;
    }
    var value = new StringBuilder();
    while (!in.atEnd() && in.peek() != '"') {
      if (in.peek() == '\\') {
        in.skip(1);
      }
      if (!in.atEnd()) {
        value.append(in.peek());
        in.skip(1);
      }
    }
    return in.take('"') ? value.toString() : null;
  }

  /// A name with an optional JSON path, blanks around it allowed.
  static @Nullable Field field(Cursor in) {
    in.skipBlanks();
    var name = name(in);
    if (name == null) {
      return null;
    }
    var path = jsonPath(in);
    if (path == null) {
      return null;
    }
    in.skipBlanks();
    return new Field(name, path);
  }

  static @Nullable List<JsonStep> jsonPath(Cursor in) {
    if (in.peek() != '-' || in.peek(1) != '>') {
      return List.of();
    }
    var steps = new ArrayList<JsonStep>();
    while (in.peek() == '-' && in.peek(1) == '>') {
      in.skip(2);
      var arrow = in.peek() == '>' ? JsonStep.Arrow.TEXT : JsonStep.Arrow.JSON;
      in.skip(arrow == JsonStep.Arrow.TEXT ? 1 : 0);
      var target = jsonTarget(in);
      if (target == null) {
        return null;
      }
      steps.add(new JsonStep(arrow, target));
      if (steps.size() > DEEPEST_PATH) {
        throw new DataError.QueryTooComplex("JSON path", DEEPEST_PATH).exception();
      }
    }
    return List.copyOf(steps);
  }

  private static JsonStep.@Nullable Target jsonTarget(Cursor in) {
    var start = in.position();
    var index = jsonIndex(in);
    if (index != null) {
      return index;
    }
    in.back(start);
    var key = jsonKey(in);
    return key == null ? null : new JsonStep.Target.Key(key);
  }

  private static JsonStep.Target.@Nullable Index jsonIndex(Cursor in) {
    var start = in.position();
    if (!in.take('-') && !isDigit(in.peek())) {
      in.want("digit");
      return null;
    }
    var digits = in.position();
    while (isDigit(in.peek())) {
      in.skip(1);
    }
    if (in.position() == digits) {
      in.want("digit");
      return null;
    }
    return endsIndex(in) ? index(in.from(start)) : null;
  }

  private static JsonStep.Target.@Nullable Index index(String digits) {
    try {
      return new JsonStep.Target.Index(Integer.parseInt(digits));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static boolean endsIndex(Cursor in) {
    var next = in.peek();
    var ends =
        in.atEnd()
            || next == '.'
            || next == ','
            || (next == '-' && in.peek(1) == '>')
            || (next == ':' && in.peek(1) == ':')
            // a blank may follow the last index inside a tree
            || next == ')';
    if (!ends) {
      in.want("digit");
      in.want("\"->\"");
      in.want("\"::\"");
      in.want("\".\"");
      in.want("\",\"");
      in.wantEnd();
    }
    return ends;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static @Nullable String jsonKey(Cursor in) {
    if (in.peek() == '"') {
      return quoted(in);
    }
    var key = new StringBuilder();
    while (true) {
      var start = in.position();
      while (!in.atEnd() && "(-:.,>)".indexOf(in.peek()) < 0) {
        in.skip(1);
      }
      if (in.position() == start) {
        in.want(JSON_KEY);
        return null;
      }
      key.append(in.from(start).strip());
      if (in.peek() != '-' || in.peek(1) == '>') {
        return key.toString();
      }
      in.skip(1);
      key.append('-');
    }
  }
}
