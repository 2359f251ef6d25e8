package io.stabbur.platform.json;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.JsonPath.Segment;
import io.stabbur.platform.json.JsonTest.Comparison;
import io.stabbur.platform.json.JsonTest.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Reads a [JsonPath] by the grammar of RFC 9535.
final class JsonPathParser {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]*");
  private static final long MOST_EXACT = (1L << 53) - 1;
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-Fa-f]{4}");

  /// What `.` is in a pattern of RFC 9485; Java's excludes more.
  private static final String ANY_IN_LINE = "[^\\n\\r]";

  private static final int DEEPEST = 50;

  private final String text;
  private int at;
  private int depth;

  JsonPathParser(String text) {
    this.text = text;
  }

  JsonPath query() {
    if (!take("$")) {
      throw wrong();
    }
    var path = new JsonPath(segments().found);
    if (at < text.length()) {
      throw wrong();
    }
    return path;
  }

  /// @param singular whether at most one node can be found
  private record Segments(List<Segment> found, boolean singular) {}

  private Segments segments() {
    var found = new ArrayList<Segment>();
    var singular = true;
    while (true) {
      var start = at;
      blanks();
      if (take("..")) {
        singular = false;
        found.add(
            JsonPath.descendants(peek() == '[' ? bracketed().segment : nameOrWildcard().segment));
      } else if (take(".")) {
        var step = nameOrWildcard();
        singular &= step.singular;
        found.add(step.segment);
      } else if (peek() == '[') {
        var step = bracketed();
        singular &= step.singular;
        found.add(step.segment);
      } else {
        at = start;
        return new Segments(found, singular);
      }
    }
  }

  private record Step(Segment segment, boolean singular) {}

  private Step nameOrWildcard() {
    if (take("*")) {
      return new Step(JsonPath.wildcard(), false);
    }
    var start = at;
    while (isNamePart(peek()) && (at > start || !isDigit(peek()))) {
      at++;
    }
    if (at == start) {
      throw wrong();
    }
    return new Step(JsonPath.name(text.substring(start, at)), true);
  }

  private Step bracketed() {
    expect("[");
    var selectors = new ArrayList<Step>();
    do {
      blanks();
      selectors.add(selector());
      blanks();
    } while (take(","));
    expect("]");
    return selectors.size() == 1
        ? selectors.getFirst()
        : new Step(JsonPath.union(selectors.stream().map(Step::segment).toList()), false);
  }

  private Step selector() {
    if (peek() == '\'' || peek() == '"') {
      return new Step(JsonPath.name(string()), true);
    }
    if (take("*")) {
      return new Step(JsonPath.wildcard(), false);
    }
    if (take("?")) {
      return new Step(JsonPath.filter(either()), false);
    }
    return indexOrSlice();
  }

  private Step indexOrSlice() {
    var start = whole();
    blanks();
    if (!take(":")) {
      if (start == null) {
        throw wrong();
      }
      return new Step(JsonPath.index(start), true);
    }
    blanks();
    var end = whole();
    blanks();
    Long step = null;
    if (take(":")) {
      blanks();
      step = whole();
    }
    return new Step(JsonPath.slice(start, end, step == null ? 1 : step), false);
  }

  /// An integer of RFC 9535, 2.1: within ±(2^53 - 1), without leading zeros, and no `-0`.
  private @Nullable Long whole() {
    var integer = INTEGER.matcher(text).region(at, text.length());
    if (!integer.lookingAt()) {
      return null;
    }
    var digits = integer.group();
    var isExact = digits.length() <= 17 && Math.abs(Long.parseLong(digits)) <= MOST_EXACT;
    if (!isExact || isDigit(charAt(integer.end()))) {
      throw wrong();
    }
    at = integer.end();
    return Long.valueOf(digits);
  }

  // filters

  private JsonTest either() {
    if (++depth > DEEPEST) {
      throw wrong();
    }
    var test = both();
    blanks();
    while (take("||")) {
      test = test.or(both());
      blanks();
    }
    depth--;
    return test;
  }

  private JsonTest both() {
    var test = basic();
    blanks();
    while (take("&&")) {
      test = test.and(basic());
      blanks();
    }
    return test;
  }

  private JsonTest basic() {
    blanks();
    return take("!") ? negatable().not() : negatable();
  }

  private JsonTest negatable() {
    blanks();
    if (take("(")) {
      var inner = either();
      expect(")");
      return inner;
    }
    if (take("match(")) {
      return pattern(true);
    }
    if (take("search(")) {
      return pattern(false);
    }
    return comparison();
  }

  private JsonTest pattern(boolean whole) {
    var operand = operand();
    blanks();
    expect(",");
    blanks();
    var start = at;
    try {
      var pattern = Pattern.compile(translated(string()));
      blanks();
      expect(")");
      return JsonTest.pattern(single(operand), pattern, whole);
    } catch (PatternSyntaxException _) {
      at = start;
      throw wrong();
    }
  }

  /// A pattern of RFC 9485 for Java: a dot outside brackets that is not escaped becomes
  /// [#ANY_IN_LINE].
  private static String translated(String pattern) {
    var java = new StringBuilder();
    var inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      var c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        java.append(c).append(pattern.charAt(++i));
        continue;
      }
      inClass = inClass ? c != ']' : c == '[';
      java.append(c == '.' && !inClass ? ANY_IN_LINE : c);
    }
    return java.toString();
  }

  private JsonTest comparison() {
    var left = operand();
    blanks();
    for (var comparison : Comparison.values()) {
      if (take(comparison.sign())) {
        return JsonTest.compare(single(left), comparison, single(operand()));
      }
    }
    if (left.query == null) {
      throw wrong();
    }
    var query = left.query;
    return (node, root) ->
        (left.absolute ? query.from(root, root) : query.from(node, root)).findAny().isPresent();
  }

  /// A literal, or a query with where it begins.
  private record Operand(
      @Nullable JsonNode literal, @Nullable JsonPath query, boolean absolute, boolean singular) {}

  private Value single(Operand operand) {
    if (!operand.singular) {
      throw wrong();
    }
    var literal = operand.literal;
    var query = operand.query;
    if (query == null) {
      return (_, _) -> Optional.ofNullable(literal);
    }
    return (node, root) -> query.from(operand.absolute ? root : node, root).findFirst();
  }

  private Operand operand() {
    blanks();
    if (peek() == '@' || peek() == '$') {
      var absolute = peek() == '$';
      at++;
      var segments = segments();
      return new Operand(null, new JsonPath(segments.found), absolute, segments.singular);
    }
    return new Operand(literal(), null, false, true);
  }

  private JsonNode literal() {
    if (peek() == '\'' || peek() == '"') {
      return JsonNode.createStringNode(string());
    }
    if (take("true")) {
      return JsonNode.createBooleanNode(true);
    }
    if (take("false")) {
      return JsonNode.createBooleanNode(false);
    }
    if (take("null")) {
      return JsonNode.nullNode();
    }
    var number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw wrong();
    }
    at = number.end();
    return JsonNode.createNumberNode(new BigDecimal(number.group()));
  }

  // words

  private String string() {
    var quote = peek();
    if (quote != '\'' && quote != '"') {
      throw wrong();
    }
    at++;
    var value = new StringBuilder();
    while (at < text.length() && peek() != quote) {
      var c = peek();
      if (c < ' ') {
        throw wrong();
      }
      at++;
      value.append(c == '\\' ? escaped(quote) : String.valueOf(c));
    }
    expect(String.valueOf(quote));
    return value.toString();
  }

  private String escaped(char quote) {
    var c = peek();
    at++;
    return switch (c) {
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case '/', '\\' -> String.valueOf(c);
      case 'u' -> codePoint();
      default -> {
        if (c != quote) {
          at--;
          throw wrong();
        }
        yield String.valueOf(c);
      }
    };
  }

  /// Four digits, or twice four for a pair of surrogates; a surrogate alone is no character.
  private String codePoint() {
    var first = hexadecimal();
    if (!Character.isSurrogate(first)) {
      return String.valueOf(first);
    }
    var second = take("\\u") ? hexadecimal() : '\0';
    if (!Character.isSurrogatePair(first, second)) {
      throw wrong();
    }
    return String.valueOf(new char[] {first, second});
  }

  private char hexadecimal() {
    var digits = HEXADECIMAL.matcher(text).region(at, text.length());
    if (!digits.lookingAt()) {
      throw wrong();
    }
    at = digits.end();
    return (char) Integer.parseInt(digits.group(), 16);
  }

  private char peek() {
    return charAt(at);
  }

  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  private boolean take(String word) {
    if (!text.startsWith(word, at)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private void expect(String word) {
    if (!take(word)) {
      throw wrong();
    }
  }

  private void blanks() {
    while (" \t\n\r".indexOf(peek()) >= 0) {
      at++;
    }
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c > 127;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "%s is not a JSONPath query, from character %d on".formatted(text, at + 1));
  }
}
