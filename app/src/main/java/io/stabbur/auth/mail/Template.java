package io.stabbur.auth.mail;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A mail text in the syntax operators already have their templates in: `{{ .ConfirmationURL }}`,
/// `{{ if .Data.name }}…{{ else }}…{{ end }}`, `eq`, `ne`, `and`, `or`, `not`. Parsed once; a
/// mistake is found when the template is loaded, not when a mail is due.
final class Template {
  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = parts;
  }

  /// How a value is written into the text around it.
  enum Escape {
    NONE,
    HTML
  }

  /// A mistake in a template, with the line it stands on.
  static final class BadTemplate extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadTemplate(String message, int line) {
      super(message + " (line " + line + ")");
    }
  }

  static Template parse(String text, Set<String> names) {
    return new Template(new TemplateParser(text, names).parse());
  }

  /// `values` has an object under `Data`; what is missing is written as nothing.
  String render(JsonNode values, Escape escape) {
    var out = new StringBuilder();
    write(parts, values, escape, out);
    return out.toString();
  }

  private static void write(List<Part> parts, JsonNode values, Escape escape, StringBuilder out) {
    for (var part : parts) {
      switch (part) {
        case Part.Text(var text) -> out.append(text);
        case Part.Value(var value) -> out.append(escaped(text(value.eval(values)), escape));
        case Part.If(var branches) ->
            branches.stream()
                .filter(branch -> truth(branch.when().eval(values)))
                .findFirst()
                .ifPresent(branch -> write(branch.then(), values, escape, out));
      }
    }
  }

  private static String escaped(String text, Escape escape) {
    return switch (escape) {
      case NONE -> text;
      case HTML ->
          text.replace("&", "&amp;")
              .replace("<", "&lt;")
              .replace(">", "&gt;")
              .replace("\"", "&#34;")
              .replace("'", "&#39;");
    };
  }

  private static String text(Optional<JsonNode> value) {
    return value.map(Template::text).orElse("");
  }

  private static String text(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    return value.isContainerNode() ? Json.write(value) : value.coerceStringValue();
  }

  private static boolean truth(Optional<JsonNode> value) {
    return value.filter(Template::truth).isPresent();
  }

  private static boolean truth(JsonNode value) {
    if (value.isBoolean()) {
      return value.getBooleanValue();
    }
    if (value.isNumber()) {
      return value.getDoubleValue() != 0;
    }
    return value.isString() ? !value.getStringValue().isEmpty() : value.size() > 0;
  }

  /// A piece of the parsed text.
  sealed interface Part {
    record Text(String text) implements Part {}

    record Value(Expression value) implements Part {}

    record If(List<Branch> branches) implements Part {}
  }

  record Branch(Expression when, List<Part> then) {}

  /// What stands between the braces.
  sealed interface Expression {
    Optional<JsonNode> eval(JsonNode values);

    record Literal(JsonNode value) implements Expression {
      @Override
      public Optional<JsonNode> eval(JsonNode values) {
        return Optional.of(value);
      }
    }

    record Path(List<String> names) implements Expression {
      @Override
      public Optional<JsonNode> eval(JsonNode values) {
        var at = values;
        for (var name : names) {
          at = at.isObject() ? at.get(name) : null;
          if (at == null) {
            return Optional.empty();
          }
        }
        return Optional.of(at);
      }
    }

    record Call(String function, List<Expression> arguments) implements Expression {
      static final Set<String> FUNCTIONS = Set.of("eq", "ne", "and", "or", "not");

      @Override
      public Optional<JsonNode> eval(JsonNode values) {
        var first = arguments.getFirst().eval(values);
        return switch (function) {
          case "eq" -> bool(rest(values).contains(text(first)));
          case "ne" -> bool(!rest(values).contains(text(first)));
          case "not" -> bool(!truth(first));
          case "and" -> firstThat(values, false);
          case "or" -> firstThat(values, true);
          default -> throw new IllegalStateException(function);
        };
      }

      private static Optional<JsonNode> bool(boolean value) {
        return Optional.of(JsonNode.createBooleanNode(value));
      }

      private List<String> rest(JsonNode values) {
        return arguments.stream().skip(1).map(a -> text(a.eval(values))).toList();
      }

      private Optional<JsonNode> firstThat(JsonNode values, boolean wanted) {
        var evaluated = new ArrayList<Optional<JsonNode>>();
        for (var argument : arguments) {
          evaluated.add(argument.eval(values));
          if (truth(evaluated.getLast()) == wanted) {
            break;
          }
        }
        return evaluated.getLast();
      }
    }
  }
}
