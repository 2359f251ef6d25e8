package io.stabbur.data.typescript;

import io.stabbur.data.typescript.Schema.Relation;
import java.util.Comparator;
import java.util.List;

/// Writes the module that supabase-js' `createClient<Database>` takes.
public final class SchemaWriter {
  private static final String DEFAULT_SCHEMA = "public";
  private static final String NOTHING = "[_ in never]: never";

  private final Schema schema;
  private final TypeNames names;
  private final Lines out = new Lines();

  private SchemaWriter(Schema schema) {
    this.schema = schema;
    this.names = new TypeNames(schema);
  }

  /// The text of the module.
  public static String write(Schema schema) {
    return new SchemaWriter(schema).write();
  }

  private String write() {
    out.line("export type Json =");
    for (var each : List.of("string", "number", "boolean", "null")) {
      out.line("  | " + each);
    }
    out.line("  | { [key: string]: Json | undefined }");
    out.line("  | Json[]");
    out.line("");
    out.open("export type Database = {");
    schema.names().forEach(this::schema);
    out.close("}");
    var first = schema.names().isEmpty() ? DEFAULT_SCHEMA : schema.names().getFirst();
    var byDefault = schema.names().contains(DEFAULT_SCHEMA) ? DEFAULT_SCHEMA : first;
    return out + HelperText.of(byDefault) + constants();
  }

  private void schema(String name) {
    out.open(Keys.of(name) + ": {");
    var relations = new RelationWriter(schema, names, out);
    var own = schema.relations().stream().filter(each -> each.schema().equals(name)).toList();
    part(
        "Tables",
        own.stream().filter(each -> !each.isView() && !each.isComposite()).toList(),
        relations::table);
    part("Views", own.stream().filter(Relation::isView).toList(), relations::view);
    new FunctionWriter(schema, names, out).functions(name);
    part(
        "Enums",
        enums(name),
        type -> out.line(Keys.of(type.name()) + ": " + TypeNames.union(type)));
    part(
        "CompositeTypes",
        own.stream().filter(Relation::isComposite).toList(),
        relations::composite);
    out.close("}");
  }

  private <T> void part(String name, List<T> all, java.util.function.Consumer<T> write) {
    out.open(name + ": {");
    all.forEach(write);
    if (all.isEmpty()) {
      out.line(NOTHING);
    }
    out.close("}");
  }

  private List<Schema.Type> enums(String name) {
    return schema.types().values().stream()
        .filter(type -> type.schema().equals(name) && !type.labels().isEmpty())
        .sorted(Comparator.comparing(Schema.Type::name))
        .toList();
  }

  private String constants() {
    var text = new Lines();
    text.open("export const Constants = {");
    for (var name : schema.names()) {
      text.open(Keys.of(name) + ": {");
      text.open("Enums: {");
      for (var type : enums(name)) {
        text.line(
            "%s: [%s],"
                .formatted(
                    Keys.of(type.name()),
                    String.join(", ", type.labels().stream().map(Keys::quoted).toList())));
      }
      text.close("},");
      text.close("},");
    }
    text.close("} as const");
    return text.toString();
  }
}
