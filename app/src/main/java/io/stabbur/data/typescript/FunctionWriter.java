package io.stabbur.data.typescript;

import io.stabbur.data.typescript.Schema.Argument;
import io.stabbur.data.typescript.Schema.Function;
import io.stabbur.data.typescript.Schema.Rows;
import io.stabbur.data.typescript.Schema.Set;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes functions that can be called: by named arguments, or with one whole body.
final class FunctionWriter {
  private static final List<String> BODIES = List.of("json", "jsonb", "text", "xml", "bytea");

  private final Schema schema;
  private final TypeNames names;
  private final io.stabbur.data.typescript.Rows rows;
  private final Lines out;

  FunctionWriter(Schema schema, TypeNames names, Lines out) {
    this.schema = schema;
    this.names = names;
    this.rows = new io.stabbur.data.typescript.Rows(schema, names);
    this.out = out;
  }

  void functions(String name) {
    var overloads =
        schema.functions().stream()
            .filter(function -> function.schema().equals(name) && isCallable(function))
            .collect(Collectors.groupingBy(Function::name, TreeMap::new, Collectors.toList()));
    out.open("Functions: {");
    overloads.forEach(this::function);
    if (overloads.isEmpty()) {
      out.line("[_ in never]: never");
    }
    out.close("}");
  }

  private boolean isCallable(Function function) {
    var unnamed = function.arguments().stream().filter(each -> each.name().isEmpty()).toList();
    if (unnamed.isEmpty()) {
      return true;
    }
    var type = schema.types().get(unnamed.getFirst().type());
    return function.arguments().size() == 1 && type != null && BODIES.contains(type.name());
  }

  private void function(String name, List<Function> overloads) {
    if (overloads.size() == 1) {
      out.open(Keys.of(name) + ": {");
      signature(overloads.getFirst());
      out.close("}");
      return;
    }
    out.open(Keys.of(name) + ":");
    for (var overload : overloads) {
      out.open("| {");
      signature(overload);
      out.close("}");
    }
    out.close("");
  }

  private void signature(Function function) {
    out.line("Args: " + arguments(function.arguments()));
    var result = rows.result(function);
    out.line("Returns: " + (function.rows() == Rows.ONE ? result : TypeNames.array(result)));
    var relation = rows.relation(function.result());
    if (relation != null) {
      out.open("SetofOptions: {");
      out.line("from: " + Keys.quoted(from(function)));
      out.line("to: " + Keys.quoted(relation.name()));
      out.line("isOneToOne: " + (function.rows() != Rows.SET));
      out.line("isSetofReturn: " + (function.rows() != Rows.ONE));
      out.close("}");
    }
  }

  /// The relation whose rows the only argument holds; `*` for anything else.
  private String from(Function function) {
    var first = function.arguments().size() == 1 ? function.first() : null;
    var relation = first == null ? null : rows.relation(first.type());
    return relation == null ? "*" : relation.key();
  }

  private String arguments(List<Argument> arguments) {
    return arguments.isEmpty()
        ? "Record<PropertyKey, never>"
        : arguments.stream()
            .sorted(Comparator.comparing(Argument::name))
            .map(this::argument)
            .collect(Collectors.joining("; ", "{ ", " }"));
  }

  private String argument(Argument argument) {
    var mark = argument.set() == Set.OPTIONAL ? "?: " : ": ";
    var relation = rows.relation(argument.type());
    var type = names.of(argument.type());
    // what is computed of a row need not be given with it
    var given =
        relation == null || relation.isComposite() || argument.name().isEmpty()
            ? type
            : "Omit<%s, %s>"
                .formatted(type, type.replaceFirst("\\[\"Row\"]$", "[\"ComputedFields\"]"));
    return Keys.of(argument.name()) + mark + given;
  }
}
