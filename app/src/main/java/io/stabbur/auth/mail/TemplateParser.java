package io.stabbur.auth.mail;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.mail.Template.BadTemplate;
import io.stabbur.auth.mail.Template.Branch;
import io.stabbur.auth.mail.Template.Expression;
import io.stabbur.auth.mail.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a template top-down: text until `{{`, then one action until `}}`.
final class TemplateParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?<token>\\.[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*+)*+|\"(?:[^\"\\\\]++|\\\\.)*+\""
              + "|[A-Za-z]+|-?[0-9]+|[()])");

  /// A text or a note within an action.
  private static final Pattern SKIPPED =
      Pattern.compile("\"(?:[^\"\\\\\n]++|\\\\.)*+\"|/\\*(?s:.*?)\\*/");

  /// At the beginning of an action: the white space before it is dropped.
  private static final Pattern TRIMS = Pattern.compile("-\\s");

  private final String text;
  private final Set<String> names;
  private int at;

  TemplateParser(String text, Set<String> names) {
    this.text = text;
    this.names = names;
  }

  List<Part> parse() {
    var parts = new ArrayList<Part>();
    var end = block(parts);
    if (!end.isEmpty()) {
      throw bad("{{ " + end + " }} without {{ if }}");
    }
    return parts;
  }

  /// Fills `parts` until the action that closes the block and returns that action, or "" at the end
  /// of the text.
  private String block(List<Part> parts) {
    boolean trim = false;
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      if (open < 0) {
        addText(parts, trim ? text.substring(at).stripLeading() : text.substring(at));
        at = text.length();
        return "";
      }
      int close = close(open + 2);
      if (close < 0) {
        at = open;
        throw bad("{{ without }}");
      }
      var action = text.substring(open + 2, close);
      var before = trim ? text.substring(at, open).stripLeading() : text.substring(at, open);
      var trims = TRIMS.matcher(action);
      addText(parts, trims.lookingAt() ? before.stripTrailing() : before);
      trim = action.matches("(?s).*\\s-");
      at = close + 2;
      var inner = action.replaceAll("^-(?=\\s)|(?<=\\s)-$", "").strip();
      if (inner.startsWith("/*")) {
        if (!inner.matches("(?s)/\\*.*\\*/")) {
          throw bad("{{ " + inner + " }} is a note without end");
        }
        continue;
      }
      var word = inner.split("\\s", 2)[0];
      switch (word) {
        case "end", "else" -> {
          return inner;
        }
        case "if" -> parts.add(conditional(inner.substring(2)));
        default -> parts.add(new Part.Value(expression(inner)));
      }
    }
    return "";
  }

  /// Where an action ends: braces in a text or a note of it end nothing.
  private int close(int from) {
    var skipped = SKIPPED.matcher(text);
    int start = from;
    while (true) {
      int close = text.indexOf("}}", start);
      skipped.region(start, text.length());
      if (close < 0 || !skipped.find() || skipped.start() > close) {
        return close;
      }
      start = skipped.end();
    }
  }

  private Part conditional(String condition) {
    var branches = new ArrayList<Branch>();
    var when = expression(condition);
    boolean isLast = false;
    while (true) {
      var then = new ArrayList<Part>();
      var end = block(then);
      branches.add(new Branch(when, then));
      if (end.equals("end")) {
        return new Part.If(branches);
      }
      if (end.isEmpty()) {
        throw bad("{{ if }} without {{ end }}");
      }
      var rest = end.substring("else".length()).strip();
      if (isLast || (!rest.isEmpty() && !rest.matches("(?s)if\\s.*"))) {
        throw bad("cannot read {{ " + end + " }}");
      }
      isLast = rest.isEmpty();
      when =
          rest.isEmpty()
              ? new Expression.Literal(JsonNode.createBooleanNode(true))
              : expression(rest.substring(2));
    }
  }

  private Expression expression(String source) {
    var tokens = new ArrayList<String>();
    var matcher = TOKEN.matcher(source.strip());
    int read = 0;
    while (matcher.lookingAt()) {
      tokens.add(matcher.group("token"));
      read = matcher.end();
      matcher.region(read, source.strip().length());
    }
    if (read < source.strip().length() || tokens.isEmpty()) {
      throw bad("cannot read {{ " + source.strip() + " }}");
    }
    var made = value(tokens);
    if (!tokens.isEmpty()) {
      throw bad("cannot read {{ " + source.strip() + " }}");
    }
    return made;
  }

  private Expression value(List<String> tokens) {
    var token = tokens.removeFirst();
    if (Expression.Call.FUNCTIONS.contains(token)) {
      var arguments = new ArrayList<Expression>();
      while (!tokens.isEmpty() && !tokens.getFirst().equals(")")) {
        arguments.add(value(tokens));
      }
      if (arguments.isEmpty()) {
        throw bad(token + " needs a value");
      }
      if (arguments.size() < 2 && token.matches("eq|ne")) {
        throw bad(token + " needs two values");
      }
      return new Expression.Call(token, arguments);
    }
    if (token.equals("(")) {
      if (tokens.isEmpty()) {
        throw bad("( without )");
      }
      var inner = value(tokens);
      if (tokens.isEmpty() || !tokens.removeFirst().equals(")")) {
        throw bad("( without )");
      }
      return inner;
    }
    return atom(token);
  }

  private Expression atom(String token) {
    if (token.startsWith(".")) {
      var path = List.of(token.substring(1).split("\\."));
      if (!names.contains(path.getFirst())) {
        throw bad("there is no ." + path.getFirst() + "; there are " + String.join(", ", names));
      }
      return new Expression.Path(path);
    }
    if (token.startsWith("\"")) {
      return new Expression.Literal(JsonNode.createStringNode(unquoted(token)));
    }
    if (token.matches("true|false")) {
      return new Expression.Literal(JsonNode.createBooleanNode(Boolean.parseBoolean(token)));
    }
    if (token.matches("-?[0-9]+")) {
      return new Expression.Literal(JsonNode.createNumberNode(number(token)));
    }
    throw bad("cannot read " + token);
  }

  private long number(String token) {
    try {
      return Long.parseLong(token);
    } catch (NumberFormatException e) {
      throw bad(token + " is too large");
    }
  }

  private String unquoted(String token) {
    try {
      return token.substring(1, token.length() - 1).translateEscapes();
    } catch (IllegalArgumentException e) {
      throw bad("cannot read " + token);
    }
  }

  private static void addText(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
  }

  private BadTemplate bad(String message) {
    int line = 1 + (int) text.substring(0, Math.min(at, text.length())).lines().count();
    return new BadTemplate(message, Math.max(1, line - 1));
  }
}
