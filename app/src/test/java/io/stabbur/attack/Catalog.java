package io.stabbur.attack;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the data API serves, read from the running database: every relation with its columns and
/// keys, and every function.
record Catalog(List<Relation> relations, List<Routine> routines) {
  /// A column; `labels` are those of an enum.
  record Column(String name, String type, List<String> labels, Presence presence) {
    boolean isText() {
      return List.of("text", "personal", "varchar", "bpchar").contains(type);
    }
  }

  /// Whether an insert must name a column.
  enum Presence {
    OPTIONAL,
    REQUIRED
  }

  /// A foreign key.
  record Reference(String name, List<String> columns, String target, List<String> targetColumns) {}

  record Relation(
      String name,
      List<Column> columns,
      List<List<String>> keys,
      List<Reference> references,
      Writing writing) {
    Optional<Column> column(String wanted) {
      return columns.stream().filter(each -> each.name().equals(wanted)).findFirst();
    }

    /// The reference a column is part of, the one with the fewest columns first.
    Optional<Reference> reference(String column) {
      return references.stream()
          .filter(each -> each.columns().contains(column))
          .min(java.util.Comparator.comparingInt(each -> each.columns().size()));
    }

    boolean hasOrganization() {
      return column("organization_id").isPresent();
    }
  }

  /// Whether anybody who calls the API may insert, the service role included.
  enum Writing {
    TABLE,
    READ_ONLY
  }

  record Argument(String name, String type) {}

  record Routine(String name, List<Argument> arguments) {}

  private static final String COLUMNS =
      """
      select c.relname, a.attname, t.typname,
        coalesce((select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), ''),
        case when a.attnotnull and not a.atthasdef and a.attidentity = '' then 'REQUIRED' else 'OPTIONAL' end,
        case when c.relkind in ('r', 'p') and has_table_privilege('service_role', c.oid, 'insert') then 'TABLE' else 'READ_ONLY' end
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped
      order by c.relname, a.attnum\
      """;
  private static final String KEYS =
      """
      select c.relname, string_agg(a.attname, ',' order by k.position)
      from pg_index i join pg_class c on c.oid = i.indrelid
        cross join lateral unnest(i.indkey::int2[]) with ordinality k (column_number, position)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.column_number
      where c.relnamespace = 'public'::regnamespace and i.indisunique and not c.relispartition
      group by c.relname, i.indexrelid order by c.relname, min(i.indisprimary::text) desc, 2\
      """;
  private static final String REFERENCES =
      """
      select c.relname, f.conname, target.relname, string_agg(a.attname, ',' order by k.position),
        string_agg(b.attname, ',' order by k.position)
      from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class target on target.oid = f.confrelid
        cross join lateral unnest(f.conkey, f.confkey) with ordinality k (here, there, position)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.here
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.there
      where f.contype = 'f' and c.relnamespace = 'public'::regnamespace and not c.relispartition
      group by c.relname, f.conname, target.relname order by c.relname, f.conname\
      """;
  private static final String ROUTINES =
      """
      select p.proname, coalesce((select string_agg(coalesce(n.name, '') || ' ' || t.typname, ',' order by n.position)
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality y (type, position)
          left join unnest(p.proargnames) with ordinality n (name, position) using (position)
          join pg_type t on t.oid = y.type
        where p.proargmodes is null or p.proargmodes[position] in ('i', 'b', 'v')), '')
      from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' order by 1, 2\
      """;

  static Catalog read(Superuser database) {
    var keys = new LinkedHashMap<String, List<List<String>>>();
    database
        .rows(KEYS)
        .forEach(row -> listed(keys, row.getFirst()).add(List.of(row.get(1).split(",", -1))));
    var references = new LinkedHashMap<String, List<Reference>>();
    database
        .rows(REFERENCES)
        .forEach(
            row ->
                listed(references, row.getFirst())
                    .add(
                        new Reference(
                            row.get(1),
                            List.of(row.get(3).split(",", -1)),
                            row.get(2),
                            List.of(row.get(4).split(",", -1)))));
    var columns = new LinkedHashMap<String, List<Column>>();
    var writing = new LinkedHashMap<String, Writing>();
    for (var row : database.rows(COLUMNS)) {
      listed(columns, row.getFirst()).add(column(row));
      writing.put(row.getFirst(), Writing.valueOf(row.get(5)));
    }
    var relations = new ArrayList<Relation>();
    columns.forEach(
        (name, all) ->
            relations.add(
                new Relation(
                    name,
                    all,
                    keys.getOrDefault(name, List.of()),
                    references.getOrDefault(name, List.of()),
                    writing.getOrDefault(name, Writing.READ_ONLY))));
    return new Catalog(relations, database.rows(ROUTINES).stream().map(Catalog::routine).toList());
  }

  private static Column column(List<String> row) {
    var labels = row.get(3).isEmpty() ? List.<String>of() : List.of(row.get(3).split(",", -1));
    return new Column(row.get(1), row.get(2), labels, Presence.valueOf(row.get(4)));
  }

  private static Routine routine(List<String> row) {
    var arguments = new ArrayList<Argument>();
    for (var each : row.get(1).split(",", -1)) {
      int space = each.indexOf(' ');
      if (space >= 0) {
        arguments.add(new Argument(each.substring(0, space), each.substring(space + 1)));
      }
    }
    return new Routine(row.getFirst(), arguments);
  }

  private static <T> List<T> listed(Map<String, List<T>> map, String key) {
    return map.computeIfAbsent(key, _ -> new ArrayList<>());
  }

  Relation relation(String name) {
    return relations.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }
}
