package io.stabbur.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Checksums of every table of the database, apart for each organisation and each account, and a
/// copy of all rows to go back to. Tables are found in the catalog, so a new one is watched at
/// once.
final class Ledger {
  /// Rows that change by themselves or on behalf of strangers by design.
  private static final Set<String> RESTLESS =
      Set.of(
          // requests that anybody may make about any address: a mail is sent, a try is counted
          "auth.one_time_tokens",
          "auth.flow_state",
          "auth.saml_relay_states",
          "auth.oauth_client_states",
          "auth.audit_log_entries",
          "stabbur_auth.asked",
          "stabbur_auth.wrong_codes",
          // the caller's own session and factors, without a column that names the account
          "auth.mfa_challenges",
          "auth.mfa_amr_claims",
          // the ends of the audit chains, which follow public.audit_log
          "private.audit_heads",
          "private.audit_seals",
          "private.audit_origins",
          // notes for the sweeper, named after the version of an object
          "stabbur_storage.byte_removals",
          // keys of parts, named after an upload; the uploads are watched
          "stabbur_storage.object_key_parts",
          "stabbur.personal_key_processes",
          // what operators are told of many refused requests
          "stabbur.alerts",
          // a line for each call of a function, and for each request
          "stabbur.function_logs",
          "stabbur.requests",
          "stabbur.request_hours");

  /// Written by the running process for itself; going back would confuse it.
  private static final Set<String> LEFT_ALONE =
      Set.of(
          "stabbur.personal_key_processes",
          "stabbur.function_logs",
          "stabbur.requests",
          "stabbur.request_hours",
          "stabbur.alerts");

  /// Tables of which the checksums leave something out.
  private static final Set<String> PARTLY_WATCHED = Set.of("auth.users", "public.audit_log");

  /// What a stranger may cause in an account's row: that a mail was asked for.
  private static final String ASKED_FOR =
      "'{confirmation_token,confirmation_sent_at,recovery_token,recovery_sent_at,updated_at}'::text[]";

  private static final String TABLES =
      """
      select n.nspname, c.relname,
        (select string_agg(a.attname, ',' order by a.attnum) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''),
        coalesce((select string_agg(a.attname, ',' order by a.attnum) from pg_attribute a
          join pg_index i on i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey::int2[])
          where a.attrelid = c.oid and a.atttypid in ('uuid'::regtype, 'text'::regtype)), '')
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$|attack$)'
        and n.nspname || '.' || c.relname not in ('stabbur.flyway_history')
      order by 1, 2\
      """;

  /// A table with the SQL that says whose a row is.
  record Table(String name, List<String> columns, List<String> keys, String owner) {
    String copy() {
      return "attack.\"" + name + '"';
    }
  }

  /// Whose rows of which table.
  record Part(String table, String owner) {}

  private final Superuser database;
  private final List<Table> tables;
  private final String sums;
  private Map<Part, String> start = Map.of();
  private Map<Part, String> last = Map.of();

  Ledger(Superuser database) {
    this.database = database;
    this.tables = database.rows(TABLES).stream().map(Ledger::table).toList();
    this.sums = String.join(" union all ", tables.stream().map(Ledger::sum).toList());
  }

  List<Table> tables() {
    return tables;
  }

  private static Table table(List<String> row) {
    var columns = List.of(row.get(2).split(",", -1));
    var keys = row.get(3).isEmpty() ? List.<String>of() : List.of(row.get(3).split(",", -1));
    var name = row.getFirst() + '.' + row.get(1);
    return new Table(name, columns, keys, owner(name, columns));
  }

  /// An organisation's id, `user:` and an account's, or an empty text.
  private static String owner(String name, List<String> columns) {
    if (columns.contains("organization_id")) {
      return "coalesce(organization_id::text, '')";
    }
    if (name.equals("public.organizations")) {
      return "id::text";
    }
    if (name.equals("private.membership_invitations")) {
      return "(select m.organization_id::text from public.memberships m where m.id ="
          + " membership_id)";
    }
    if (name.equals("stabbur_storage.jobs")) {
      return "coalesce('user:' || owner_id, '')";
    }
    if (name.equals("auth.users") || name.equals("public.profiles")) {
      return "'user:' || id";
    }
    if (name.equals("stabbur.account_changes")) {
      return "'user:' || account";
    }
    if (columns.contains("user_id")) {
      return "'user:' || user_id";
    }
    if (columns.contains("bucket_id")) {
      var path = List.of("name", "key", "prefix").stream().filter(columns::contains).findFirst();
      return path.map(column -> "coalesce(split_part(" + column + ", '/', 1), '')").orElse("''");
    }
    return "''";
  }

  private static String sum(Table table) {
    var row =
        table.name().equals("auth.users")
            ? "(to_jsonb(t) - " + ASKED_FOR + ")::text"
            // noted of whoever uses a key
            : table.columns().contains("last_used_at")
                ? "(to_jsonb(t) - 'last_used_at')::text"
                : "t::text";
    // the log says by design who tried to enter an organisation, who signed in, and what concerns
    // no organisation
    var rows =
        table.name().equals("public.audit_log")
            ? " where action not in ('switch_refused', 'sign_in') and organization_id is not null"
            : "";
    return "select '%s', %s, md5(string_agg(md5(%s), '' order by md5(%s))) from %s t%s group by 2"
        .formatted(table.name(), table.owner(), row, row, table.name(), rows);
  }

  private Map<Part, String> now() {
    var now = new TreeMap<Part, String>(java.util.Comparator.comparing(Part::toString));
    database.rows(sums).forEach(row -> now.put(new Part(row.get(0), row.get(1)), row.get(2)));
    return now;
  }

  /// Remembers everything as it is now.
  void begin() {
    var sql = new StringBuilder("drop schema if exists attack cascade; create schema attack;");
    for (var table : tables) {
      sql.append("create table %s as select * from %s;".formatted(table.copy(), table.name()));
    }
    database.run(sql.toString());
    start = now();
    last = start;
  }

  /// What is not as it was in the beginning, restless tables left out.
  List<Part> changes() {
    var now = now();
    last = now;
    var parts = new ArrayList<Part>(now.keySet());
    start.keySet().stream().filter(each -> !now.containsKey(each)).forEach(parts::add);
    parts.removeIf(
        each ->
            RESTLESS.contains(each.table())
                || String.valueOf(now.get(each)).equals(String.valueOf(start.get(each))));
    return parts;
  }

  /// Rows of a part that are new or changed, as text.
  List<String> changedRows(Part part) {
    var table =
        tables.stream().filter(each -> each.name().equals(part.table())).findFirst().orElseThrow();
    return database.column(
        "select t::text from %s t where %s = ? except select t::text from %s t"
            .formatted(table.name(), table.owner(), table.copy()),
        part.owner());
  }

  /// Goes back to the beginning, from where [#changes] has found everything to be.
  void restore() {
    var sql = new StringBuilder("begin;");
    for (var table : tables) {
      if (LEFT_ALONE.contains(table.name()) || isAsInTheBeginning(table)) {
        continue;
      }
      var columns = '"' + String.join("\", \"", table.columns()) + '"';
      sql.append(
          """
          delete from %1$s t where not exists (select from %2$s c where c::text = t::text);
          insert into %1$s (%3$s) overriding system value
            select %3$s from %2$s c where not exists (select from %1$s t where t::text = c::text);
          """
              .formatted(table.name(), table.copy(), columns));
    }
    database.run(sql.append("commit;").toString());
  }

  private boolean isAsInTheBeginning(Table table) {
    return !PARTLY_WATCHED.contains(table.name()) && of(table, start).equals(of(table, last));
  }

  private static Map<Part, String> of(Table table, Map<Part, String> sums) {
    var own = new java.util.HashMap<>(sums);
    own.keySet().removeIf(each -> !each.table().equals(table.name()));
    return own;
  }
}
