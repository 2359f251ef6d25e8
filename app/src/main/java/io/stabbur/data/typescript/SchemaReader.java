package io.stabbur.data.typescript;

import io.stabbur.data.catalog.CatalogReader;
import io.stabbur.data.catalog.CatalogScope;
import io.stabbur.data.catalog.Relationship;
import io.stabbur.data.catalog.ViewColumns;
import io.stabbur.data.typescript.Schema.Argument;
import io.stabbur.data.typescript.Schema.Column;
import io.stabbur.data.typescript.Schema.Domain;
import io.stabbur.data.typescript.Schema.Field;
import io.stabbur.data.typescript.Schema.Function;
import io.stabbur.data.typescript.Schema.Nulls;
import io.stabbur.data.typescript.Schema.Relation;
import io.stabbur.data.typescript.Schema.Rows;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads a [Schema] as the owner of the database, whatever a role may see.
public final class SchemaReader {
  private static final String TYPES = SqlFile.of(SchemaReader.class, "types");
  private static final String RELATIONS = SqlFile.of(SchemaReader.class, "relations");
  private static final String FUNCTIONS = SqlFile.of(SchemaReader.class, "functions");
  private static final String NAMES =
      "select nspname::text from pg_catalog.pg_namespace where nspname = any (?) order by nspname"
          + " collate \"C\"";

  private SchemaReader() {}

  /// Of the schemas with these names, those that exist.
  public static Schema read(Database database, Set<String> wanted) {
    var actor = Actor.of(database.login().user()).with("search_path", "").withoutJit();
    var asked = wanted.toArray(String[]::new);
    var scope = new CatalogScope(List.copyOf(wanted), List.of(), List.of());
    var keys = keys(new CatalogReader(scope).read(database).relationships().values());
    return database.transaction(
        actor,
        Access.READ,
        tx ->
            new Schema(
                tx.list(Statement.of(NAMES, (Object) asked), row -> row.getString(1)),
                types(tx),
                relations(tx, asked),
                tx.list(Statement.of(FUNCTIONS, (Object) asked), SchemaReader::function),
                keys));
  }

  /// The keys that a relation has itself, also through a view.
  private static Map<String, List<Relationship.Foreign>> keys(
      Iterable<List<Relationship>> relationships) {
    var keys = new HashMap<String, List<Relationship.Foreign>>();
    for (var each : relationships) {
      for (var relationship : each) {
        if (relationship instanceof Relationship.Foreign foreign && holdsTheKey(foreign)) {
          keys.computeIfAbsent(
                  foreign.from().schema() + "." + foreign.from().name(), _ -> new ArrayList<>())
              .add(foreign);
        }
      }
    }
    return keys;
  }

  private static boolean holdsTheKey(Relationship.Foreign foreign) {
    return switch (foreign.link()) {
      case Relationship.Link.ManyToOne _ -> true;
      case Relationship.Link.OneToOne(var _, var _, var side) ->
          side == Relationship.Side.HOLDS_THE_KEY;
      case Relationship.Link.OneToMany _, Relationship.Link.ManyToMany _ -> false;
    };
  }

  private static Map<Long, Schema.Type> types(Transaction tx) {
    return tx.query(
        Statement.of(TYPES),
        rows -> {
          var types = new HashMap<Long, Schema.Type>();
          while (rows.next()) {
            types.put(
                rows.getLong("id"),
                new Schema.Type(
                    rows.getString("schema"),
                    rows.getString("name"),
                    rows.getLong("element"),
                    rows.getLong("base"),
                    rows.getBoolean("is_domain") ? Domain.YES : Domain.NO,
                    rows.getString("relation"),
                    List.of((String[]) rows.getArray("labels").getArray())));
          }
          return types;
        });
  }

  private static List<Relation> relations(Transaction tx, String[] schemas) {
    var required = ViewColumns.neverNull(tx, schemas);
    return tx.query(
        Statement.of(RELATIONS, (Object) schemas),
        rows -> {
          var relations = new ArrayList<Relation>();
          while (rows.next()) {
            var relation = relation(rows);
            if (relations.isEmpty() || !relations.getLast().key().equals(relation.key())) {
              relations.add(relation);
            }
            if (rows.getString("name") != null) {
              relations.getLast().columns().add(column(rows, relation, required));
            }
          }
          relations.stream()
              .filter(each -> !each.isComposite())
              .forEach(each -> each.columns().sort(Comparator.comparing(Column::name)));
          return relations;
        });
  }

  private static Relation relation(ResultSet rows) throws SQLException {
    return new Relation(
        rows.getString("schema"),
        rows.getString("relation"),
        rows.getString("kind"),
        rows.getLong("row_type"),
        rows.getInt("changes"),
        new ArrayList<>());
  }

  private static Column column(ResultSet rows, Relation relation, Set<ViewColumns.Column> required)
      throws SQLException {
    boolean nullable =
        relation.isView()
            ? !required.contains(
                new ViewColumns.Column(rows.getLong("relation_id"), rows.getInt("number")))
            : rows.getBoolean("is_nullable");
    return new Column(
        rows.getString("name"),
        rows.getLong("type"),
        set(rows, relation, nullable ? Nulls.ALLOWED : Nulls.NONE),
        nullable ? Nulls.ALLOWED : Nulls.NONE);
  }

  private static Schema.Set set(ResultSet rows, Relation relation, Nulls nulls)
      throws SQLException {
    if (relation.isView()) {
      return rows.getBoolean("is_updatable") ? Schema.Set.OPTIONAL : Schema.Set.READ_ONLY;
    }
    if (rows.getBoolean("is_fixed")) {
      return Schema.Set.NEVER;
    }
    return nulls == Nulls.ALLOWED || rows.getBoolean("has_default")
        ? Schema.Set.OPTIONAL
        : Schema.Set.REQUIRED;
  }

  private static Function function(ResultSet rows) throws SQLException {
    var names = (String[]) rows.getArray("names").getArray();
    var modes = (String[]) rows.getArray("modes").getArray();
    var types = (Long[]) rows.getArray("types").getArray();
    var arguments = new ArrayList<Argument>();
    var fields = new ArrayList<Field>();
    int required = rows.getInt("required");
    for (int i = 0; i < types.length; i++) {
      var name = i < names.length ? names[i] : "";
      var mode = i < modes.length ? modes[i] : "i";
      if (mode.equals("t")) {
        fields.add(new Field(name, types[i]));
      } else if (!mode.equals("o")) {
        var set = arguments.size() < required ? Schema.Set.REQUIRED : Schema.Set.OPTIONAL;
        arguments.add(new Argument(name, types[i], set));
      }
    }
    fields.sort(Comparator.comparing(Field::name));
    return new Function(
        rows.getString("schema"),
        rows.getString("name"),
        arguments,
        fields,
        rows.getLong("result"),
        !rows.getBoolean("is_set")
            ? Rows.ONE
            : rows.getBoolean("is_one_row") ? Rows.SET_OF_ONE : Rows.SET,
        rows.getString("signature"));
  }
}
