package io.stabbur.organization.rows;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// The tables of a database whose rows are organizations', by its foreign keys: the table of the
/// organizations, those with one column that must refer to it, and those without one whose rows
/// must refer to a row of such a table. Files are an organization's by the first folder of their
/// names.
///
/// @param all the tables, each after those that it refers to
/// @param leftOut tables that refer to these and are not among them, and why
/// @param references all foreign keys of the database
record OwnedTables(List<OwnedTable> all, Map<String, String> leftOut, List<Reference> references) {
  private static final Statement TABLES = Statement.of(SqlFile.of(OwnedTables.class, "tables"));
  private static final Statement REFERENCES =
      Statement.of(SqlFile.of(OwnedTables.class, "references"));

  /// Tables and foreign keys as the catalog of Postgres has them.
  record Catalog(List<Table> tables, List<Reference> references) {
    static Catalog read(Transaction tx) {
      return new Catalog(tx.list(TABLES, Table::of), tx.list(REFERENCES, Reference::of));
    }

    Optional<Table> table(String schema, String name) {
      return tables.stream().filter(each -> each.is(schema, name)).findFirst();
    }

    /// The table of organizations, which the schema names, where it has this one.
    Optional<Table> organizations(Transaction tx, OrganizationTables named, UUID organization) {
      return tables.stream()
          .filter(table -> table.text().equals(named.organizations()) && table.key().size() == 1)
          .filter(table -> holds(tx, table, organization))
          .findFirst();
    }

    private static boolean holds(Transaction tx, Table table, UUID organization) {
      var asked =
          new SqlText()
              .add("select exists (select from ")
              .append(table.sql())
              .add(" where ")
              .name(table.key().get(0))
              .add(" = ")
              .value(organization)
              .add(")")
              .statement();
      return tx.first(asked, row -> row.getBoolean(1)).orElse(false);
    }
  }

  OwnedTables {
    all = List.copyOf(all);
    leftOut = Map.copyOf(leftOut);
    references = List.copyOf(references);
  }

  /// The foreign keys that refer to a table.
  List<Reference> to(Table table) {
    return references.stream().filter(each -> each.to() == table.oid()).toList();
  }

  /// @param except names of tables, such as `public.classes`, whose rows stay as they are, and why
  static OwnedTables of(Catalog catalog, Table organizations, Map<String, String> except) {
    var owned = new LinkedHashMap<Long, Ownership>();
    var found = new LinkedHashMap<Long, OwnedTable>();
    var leftOut = new LinkedHashMap<String, String>();
    owned.put(organizations.oid(), new Ownership.Column(organizations.key().get(0)));
    found.put(
        organizations.oid(),
        table(catalog, organizations, Objects.requireNonNull(owned.get(organizations.oid()))));
    boolean grew = true;
    while (grew) {
      grew = false;
      for (var table : catalog.tables()) {
        var owner = owner(catalog, table, organizations, found);
        if (!found.containsKey(table.oid())
            && owner.isPresent()
            && !except.containsKey(table.text())) {
          found.put(table.oid(), table(catalog, table, owner.get()));
          grew = true;
        }
      }
    }
    for (var reference : catalog.references()) {
      if (found.containsKey(reference.to()) && !found.containsKey(reference.from())) {
        leftOut.put(
            reference.fromTable(),
            except.getOrDefault(
                reference.fromTable(), "no one foreign key says whose its rows are"));
      }
    }
    var ordered = ordered(new ArrayList<>(found.values()));
    for (var files : List.of("storage.objects", "stabbur_storage.object_keys")) {
      int dot = files.indexOf('.');
      catalog
          .table(files.substring(0, dot), files.substring(dot + 1))
          .filter(_ -> !except.containsKey("storage.objects"))
          .ifPresent(table -> ordered.add(table(catalog, table, new Ownership.Folder("name"))));
    }
    return new OwnedTables(ordered, leftOut, catalog.references());
  }

  private static OwnedTable table(Catalog catalog, Table table, Ownership owner) {
    return new OwnedTable(
        table,
        owner,
        catalog.references().stream().filter(each -> each.from() == table.oid()).toList());
  }

  /// By one required column that refers to the organizations, else by one required reference to a
  /// table of theirs, a cascading one first. Several columns that refer to organizations say
  /// nothing.
  private static Optional<Ownership> owner(
      Catalog catalog, Table table, Table organizations, Map<Long, OwnedTable> found) {
    var own =
        catalog.references().stream()
            .filter(each -> each.from() == table.oid() && each.to() != table.oid())
            .toList();
    var direct =
        own.stream()
            .filter(each -> each.to() == organizations.oid() && each.columns().size() == 1)
            .map(each -> each.columns().get(0))
            .distinct()
            .toList();
    if (!direct.isEmpty()) {
      return direct.size() == 1
              && own.stream()
                  .anyMatch(
                      each ->
                          each.isRequired()
                              && each.to() == organizations.oid()
                              && each.columns().equals(direct))
          ? Optional.of(new Ownership.Column(direct.get(0)))
          : Optional.empty();
    }
    var parents =
        own.stream().filter(each -> each.isRequired() && found.containsKey(each.to())).toList();
    return parents.stream()
        .filter(each -> each.onDelete() == Reference.OnDelete.CASCADE)
        .findFirst()
        .or(() -> parents.stream().findFirst())
        .map(each -> new Ownership.Parent(each, Objects.requireNonNull(found.get(each.to()))));
  }

  /// Each table after those it refers to; of a circle, in the order they were found.
  private static List<OwnedTable> ordered(List<OwnedTable> tables) {
    var rest = new ArrayList<>(tables);
    var ordered = new ArrayList<OwnedTable>();
    while (!rest.isEmpty()) {
      var next =
          rest.stream()
              .filter(
                  table ->
                      table.references().stream()
                          .allMatch(
                              reference ->
                                  reference.to() == table.table().oid()
                                      || rest.stream()
                                          .noneMatch(
                                              other -> other.table().oid() == reference.to())))
              .findFirst()
              .orElse(rest.get(0));
      ordered.add(next);
      rest.remove(next);
    }
    return ordered;
  }
}
