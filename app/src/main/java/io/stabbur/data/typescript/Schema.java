package io.stabbur.data.typescript;

import io.stabbur.data.catalog.Relationship;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is read of a database.
///
/// @param names of the schemas, sorted
/// @param types by their number
/// @param relations of all kinds, composite types among them
/// @param keys foreign keys by the relation that has them
record Schema(
    List<String> names,
    Map<Long, Type> types,
    List<Relation> relations,
    List<Function> functions,
    Map<String, List<Relationship.Foreign>> keys) {

  /// A type of Postgres.
  ///
  /// @param element the type of an array's elements; 0 for no array
  /// @param base the type behind a domain
  /// @param relation the kind of the relation whose rows it holds; "" for none
  /// @param labels of an enumeration
  record Type(
      String schema,
      String name,
      long element,
      long base,
      Domain domain,
      String relation,
      List<String> labels) {}

  enum Domain {
    YES,
    NO
  }

  /// A table, view or composite type.
  ///
  /// @param kind as Postgres names it: `r`, `p`, `f`, `v`, `m` or `c`
  /// @param changes bits as `pg_relation_is_updatable` sets them
  record Relation(
      String schema, String name, String kind, long rowType, int changes, List<Column> columns) {
    boolean isView() {
      return kind.equals("v") || kind.equals("m");
    }

    boolean isComposite() {
      return kind.equals("c");
    }

    /// Whether a view takes new rows and changes.
    boolean takesChanges() {
      return (changes & 12) == 12;
    }

    String key() {
      return schema + "." + name;
    }
  }

  /// A column.
  record Column(String name, long type, Set set, Nulls nulls) {}

  /// How a column gets its value.
  enum Set {
    /// The database makes it, always.
    NEVER,
    /// The client or a default.
    OPTIONAL,
    REQUIRED,
    /// A column of a view that cannot be changed.
    READ_ONLY
  }

  enum Nulls {
    ALLOWED,
    NONE
  }

  /// A function.
  ///
  /// @param fields the columns of what `returns table` gives; none otherwise
  record Function(
      String schema,
      String name,
      List<Argument> arguments,
      List<Field> fields,
      long result,
      Rows rows,
      String signature) {
    /// The type of a single argument without a name, or of the first one.
    @Nullable Argument first() {
      return arguments.isEmpty() ? null : arguments.getFirst();
    }
  }

  /// How many rows a function gives.
  enum Rows {
    ONE,
    SET,
    /// A set that has one row at most.
    SET_OF_ONE
  }

  record Argument(String name, long type, Set set) {}

  record Field(String name, long type) {}
}
