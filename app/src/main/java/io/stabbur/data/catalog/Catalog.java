package io.stabbur.data.catalog;

import io.stabbur.data.request.Media;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One immutable picture of a database. A request takes one and keeps it to its end.
///
/// @param relations those of the exposed schemas
/// @param relationships by origin
/// @param computed types of functions over a row that read like columns, by relation and name
/// @param composites columns of composite types that are no relations
/// @param casts functions that convert between a domain and text or json
public record Catalog(
    Map<Name, Relation> relations,
    Map<Name, List<Relationship>> relationships,
    Map<Name, List<Routine>> routines,
    Map<Name, Map<String, TypeKind>> computed,
    Map<Name, Map<String, TypeKind>> composites,
    Map<Conversion, Name> casts,
    Map<Handler.Key, Handler.Choice> handlers,
    RoleSettings roleSettings,
    RowSecurity rowSecurity) {

  /// From one type to another.
  public record Conversion(String from, String to) {}

  public @Nullable Relation relation(Name name) {
    return relations.get(name);
  }

  /// Relationships from `origin` to relations of one schema.
  public List<Relationship> relationships(Name origin, String schema) {
    var all = relationships.getOrDefault(origin, List.of());
    return all.stream().filter(r -> schemaOf(r).equals(schema)).toList();
  }

  private static String schemaOf(Relationship relationship) {
    return switch (relationship) {
      case Relationship.Foreign foreign -> foreign.to().schema();
      case Relationship.Computed computed -> computed.function().schema();
    };
  }

  public List<Routine> routines(Name name) {
    return routines.getOrDefault(name, List.of());
  }

  public @Nullable Name cast(String from, String to) {
    return casts.isEmpty() ? null : casts.get(new Conversion(from, to));
  }

  /// Whether values of a type may be compared and sorted by: those of an encrypted column may not.
  public boolean isComparable(String type) {
    return cast(type, "never compared") == null;
  }

  public Handler.@Nullable Choice handler(@Nullable Name target, Media media) {
    return handlers.get(new Handler.Key(target, media));
  }

  public Column.@Nullable Nullability nullability(Name relation, String column) {
    var found = relations.get(relation);
    var field = found == null ? null : found.columns().get(column);
    return field == null ? null : field.nullability();
  }

  /// The type of something that is no column of the relation but reads like one.
  public @Nullable TypeKind otherType(Name relation, String name) {
    var functions = computed.get(relation);
    var type = functions == null ? null : functions.get(name);
    if (type != null) {
      return type;
    }
    var fields = composites.get(relation);
    return fields == null ? null : fields.get(name);
  }
}
