package io.stabbur.data.catalog;

import io.stabbur.data.catalog.Column.Nullability;
import io.stabbur.data.catalog.Handler.Choice;
import io.stabbur.data.catalog.KeyRow.Columns;
import io.stabbur.data.catalog.Relation.Change;
import io.stabbur.data.request.Media;
import io.stabbur.data.request.Media.Known;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Reads a [Catalog] in one transaction.
public final class CatalogReader {
  private static final String RELATIONS = SqlFile.of(CatalogReader.class, "relations");
  private static final String COLUMNS = SqlFile.of(CatalogReader.class, "columns");
  private static final String KEYS = SqlFile.of(CatalogReader.class, "keys");
  private static final String VIEWS = SqlFile.of(CatalogReader.class, "views");
  private static final String COMPUTED = SqlFile.of(CatalogReader.class, "computed");
  private static final String CASTS = SqlFile.of(CatalogReader.class, "casts");
  private static final String HANDLERS = SqlFile.of(CatalogReader.class, "handlers");
  private static final String GUARDED = SqlFile.of(CatalogReader.class, "guarded");
  private static final String EXEMPT =
      "select rolname::text from pg_catalog.pg_roles where rolsuper or rolbypassrls";
  private static final String ROLES = SqlFile.of(CatalogReader.class, "roles");

  private final CatalogScope scope;

  public CatalogReader(CatalogScope scope) {
    this.scope = scope;
  }

  /// Reads as the login role, with an empty search path so that every name comes with its schema.
  public Catalog read(Database database) {
    var actor = Actor.of(database.login().user()).with("search_path", "").withoutJit();
    return database.transaction(actor, Access.READ, this::read);
  }

  private Catalog read(Transaction tx) {
    var columns = columns(tx);
    var keys = keys(tx);
    var views = new ViewKeys(views(tx), Set.copyOf(scope.schemas()));
    var relations = relations(tx, columns.relations, primaryKeys(keys, views));
    var functions = computed(tx);
    var exposed = Set.copyOf(scope.schemas());
    return new Catalog(
        exposed(relations, exposed),
        new Relationships(keys, views, relations).all(functions.relationships, exposed),
        new RoutineReader(scope).read(tx),
        functions.fields,
        columns.composites,
        casts(tx),
        handlers(tx),
        roles(tx),
        rowSecurity(tx));
  }

  private static Map<Name, Relation> exposed(Map<Name, Relation> all, Set<String> schemas) {
    var exposed = new HashMap<Name, Relation>();
    all.forEach(
        (name, relation) -> {
          if (schemas.contains(name.schema())) {
            exposed.put(name, relation);
          }
        });
    return Map.copyOf(exposed);
  }

  private Statement withSchemas(String sql) {
    return Statement.of(sql, (Object) scope.schemas().toArray(String[]::new));
  }

  private record ColumnRows(
      Map<Long, Map<String, Column>> relations, Map<Name, Map<String, TypeKind>> composites) {}

  private ColumnRows columns(Transaction tx) {
    var relations = new HashMap<Long, Map<String, Column>>();
    var composites = new HashMap<Name, Map<String, TypeKind>>();
    return tx.query(
        withSchemas(COLUMNS),
        rows -> {
          while (rows.next()) {
            if (rows.getBoolean("is_composite")) {
              composites
                  .computeIfAbsent(
                      name(rows, "schema", "relation_name"), _ -> new LinkedHashMap<>())
                  .put(rows.getString("name"), TypeKind.of(rows.getString("base_name")));
            } else {
              relations
                  .computeIfAbsent(rows.getLong("relation"), _ -> new LinkedHashMap<>())
                  .put(rows.getString("name"), column(rows));
            }
          }
          return new ColumnRows(relations, composites);
        });
  }

  private static Column column(ResultSet rows) throws SQLException {
    var length = rows.getInt("max_length");
    return new Column(
        rows.getString("name"),
        rows.getString("comment"),
        rows.getBoolean("is_nullable") ? Nullability.NULLABLE : Nullability.REQUIRED,
        rows.getString("type"),
        rows.getString("declared"),
        TypeKind.of(rows.getString("base_name")),
        length == 0 ? null : Integer.valueOf(length),
        rows.getString("default_value"),
        texts(rows, "labels"));
  }

  private List<KeyRow> keys(Transaction tx) {
    return tx.list(Statement.of(KEYS), CatalogReader::key);
  }

  private static KeyRow key(ResultSet rows) throws SQLException {
    var columns =
        new Columns(rows.getLong("relation"), texts(rows, "columns"), ints(rows, "numbers"));
    var kind =
        switch (rows.getString("kind")) {
          case "p" -> KeyRow.Kind.PRIMARY;
          case "u" -> KeyRow.Kind.UNIQUE;
          default -> KeyRow.Kind.FOREIGN;
        };
    var referenced =
        kind != KeyRow.Kind.FOREIGN
            ? null
            : new KeyRow.Referenced(
                name(rows, "referenced_schema", "referenced_name"),
                new Columns(
                    rows.getLong("referenced"),
                    texts(rows, "referenced_columns"),
                    ints(rows, "referenced_numbers")));
    return new KeyRow(
        rows.getString("name"), kind, name(rows, "schema", "relation_name"), columns, referenced);
  }

  private static Map<Name, List<String>> primaryKeys(List<KeyRow> keys, ViewKeys views) {
    var found = new HashMap<Name, List<String>>();
    for (var key : keys) {
      if (key.kind() == KeyRow.Kind.PRIMARY) {
        found.put(key.name(), key.columns().names().stream().sorted().toList());
        for (var shown : views.showing(key.columns())) {
          found.merge(shown.view(), shown.choices().getFirst(), CatalogReader::joined);
        }
      }
    }
    return found;
  }

  private static List<String> joined(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private List<ViewKeys.ViewRow> views(Transaction tx) {
    var schemas = new ArrayList<>(scope.schemas());
    schemas.addAll(scope.extraSearchPath());
    return tx.list(
        Statement.of(VIEWS, (Object) schemas.toArray(String[]::new)),
        rows -> {
          var names = texts(rows, "columns");
          var numbers = ints(rows, "numbers");
          var columns = new HashMap<Integer, String>();
          for (var i = 0; i < names.size(); i++) {
            columns.put(numbers.get(i), names.get(i));
          }
          return new ViewKeys.ViewRow(
              rows.getLong("id"),
              name(rows, "schema", "name"),
              ViewOrigins.of(rows.getString("definition")),
              columns);
        });
  }

  private static Map<Name, Relation> relations(
      Transaction tx, Map<Long, Map<String, Column>> columns, Map<Name, List<String>> keys) {
    return tx.query(
        Statement.of(RELATIONS),
        rows -> {
          var found = new HashMap<Name, Relation>();
          while (rows.next()) {
            var name = name(rows, "schema", "name");
            var own = columns.getOrDefault(rows.getLong("id"), Map.of());
            found.put(name, relation(rows, name, own, keys.getOrDefault(name, List.of())));
          }
          return found;
        });
  }

  private static Relation relation(
      ResultSet rows, Name name, Map<String, Column> columns, List<String> key)
      throws SQLException {
    return new Relation(
        name,
        rows.getBoolean("is_view") ? Relation.Kind.VIEW : Relation.Kind.TABLE,
        rows.getString("comment"),
        changes(rows.getInt("changes")),
        key,
        Collections.unmodifiableMap(columns));
  }

  /// Bits as `pg_relation_is_updatable` sets them: update 4, insert 8, delete 16.
  private static Set<Change> changes(int bits) {
    var changes = EnumSet.noneOf(Change.class);
    if ((bits & 4) != 0) {
      changes.add(Change.UPDATE);
    }
    if ((bits & 8) != 0) {
      changes.add(Change.INSERT);
    }
    if ((bits & 16) != 0) {
      changes.add(Change.DELETE);
    }
    return Collections.unmodifiableSet(changes);
  }

  private record Functions(
      List<Relationship.Computed> relationships, Map<Name, Map<String, TypeKind>> fields) {}

  private static Functions computed(Transaction tx) {
    var relationships = new ArrayList<Relationship.Computed>();
    var fields = new HashMap<Name, Map<String, TypeKind>>();
    return tx.query(
        Statement.of(COMPUTED),
        rows -> {
          while (rows.next()) {
            var from = name(rows, "origin_schema", "origin_name");
            if (rows.getBoolean("is_relationship")) {
              var size = rows.getBoolean("to_one") ? Relationship.Size.ONE : Relationship.Size.MANY;
              relationships.add(
                  new Relationship.Computed(
                      name(rows, "schema", "name"),
                      from,
                      name(rows, "target_schema", "target_name"),
                      size));
            } else {
              fields
                  .computeIfAbsent(from, _ -> new HashMap<>())
                  .put(rows.getString("name"), TypeKind.of(rows.getString("base_name")));
            }
          }
          return new Functions(relationships, fields);
        });
  }

  private static Map<Catalog.Conversion, Name> casts(Transaction tx) {
    return tx.query(
        Statement.of(CASTS),
        rows -> {
          var found = new HashMap<Catalog.Conversion, Name>();
          while (rows.next()) {
            found.put(
                new Catalog.Conversion(rows.getString("source"), rows.getString("target")),
                name(rows, "schema", "name"));
          }
          return Map.copyOf(found);
        });
  }

  private Map<Handler.Key, Choice> handlers(Transaction tx) {
    var handlers = new HashMap<Handler.Key, Choice>();
    handlers.put(new Handler.Key(null, Known.ANY), new Choice(new Handler.Json(), Known.JSON));
    handlers.put(new Handler.Key(null, Known.JSON), new Choice(new Handler.Json(), Known.JSON));
    handlers.put(new Handler.Key(null, Known.CSV), new Choice(new Handler.Csv(), Known.CSV));
    handlers.put(
        new Handler.Key(null, Known.GEO_JSON), new Choice(new Handler.GeoJson(), Known.GEO_JSON));
    var schemas = scope.schemas().toArray(String[]::new);
    return tx.query(
        Statement.of(HANDLERS, schemas, schemas),
        rows -> {
          while (rows.next()) {
            var target =
                rows.getString("target_name") == null
                    ? null
                    : name(rows, "target_schema", "target_name");
            var media = Media.of(rows.getString("media"));
            var answer = media == Known.ANY ? Known.OCTETS : media;
            var custom = new Handler.Custom(name(rows, "schema", "name"), target);
            handlers.put(new Handler.Key(target, media), new Choice(custom, answer));
          }
          return Map.copyOf(handlers);
        });
  }

  private static RowSecurity rowSecurity(Transaction tx) {
    return new RowSecurity(
        Set.copyOf(tx.list(Statement.of(GUARDED), row -> name(row, "schema", "name"))),
        Set.copyOf(tx.list(Statement.of(EXEMPT), row -> row.getString(1))));
  }

  private static RoleSettings roles(Transaction tx) {
    return tx.query(
        Statement.of(ROLES),
        rows -> {
          var isolation = new HashMap<String, String>();
          while (rows.next()) {
            isolation.put(rows.getString("role"), rows.getString("value"));
          }
          return new RoleSettings(isolation);
        });
  }

  static Name name(ResultSet rows, String schema, String name) throws SQLException {
    return new Name(rows.getString(schema), rows.getString(name));
  }

  static List<String> texts(ResultSet rows, String column) throws SQLException {
    var array = rows.getArray(column);
    return array == null ? List.of() : List.of((String[]) array.getArray());
  }

  static List<Integer> ints(ResultSet rows, String column) throws SQLException {
    var array = rows.getArray(column);
    return array == null ? List.of() : Arrays.asList((Integer[]) array.getArray());
  }
}
