package io.stabbur.moving;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a database has of a Supabase project, read in the transaction that is open.
///
/// @param schemas the user's own
/// @param tables those in the user's schemas
/// @param carried the platform's schemas whose sequences belong to the project, too
/// @param platform those of the platform that hold what belongs to the project, by title
record Inventory(
    Scope scope,
    int version,
    List<String> schemas,
    List<String> carried,
    List<MovedTable> tables,
    Map<String, MovedTable> platform,
    List<Extension> extensions,
    List<String> roles) {
  /// What a hosted project, an official self-hosted one and Stabbur have by themselves, besides the
  /// schemas whose names begin with `stabbur_`.
  private static final String[] PLATFORM = {
    "auth",
    "storage",
    "realtime",
    "_realtime",
    "extensions",
    "graphql",
    "graphql_public",
    "vault",
    "pgsodium",
    "pgsodium_masks",
    "pgbouncer",
    "pgtle",
    "supabase_functions",
    "supabase_migrations",
    "cron",
    "net",
    "_analytics",
    "_supavisor",
    "information_schema",
    "stabbur"
  };

  private static final String[] WITH_ROWS = {
    "auth", "storage", "supabase_migrations", "stabbur_auth"
  };

  private static final List<String> LOGINS = List.of("authenticator", "postgres");

  /// The accounts whose address nobody has proven, where the project is Stabbur's.
  static final String UNPROVEN = "stabbur_auth.unproven";

  /// What other tables refer to comes first, after what says whom not to trust.
  private static final List<String> FIRST =
      List.of(
          UNPROVEN,
          "auth.users",
          "auth.identities",
          "auth.oauth_clients",
          "auth.sessions",
          "auth.refresh_tokens",
          "auth.mfa_factors",
          "auth.sso_providers",
          "auth.flow_state",
          "storage.buckets");

  /// The history of the platform's own programs, uploads that are under way, and what is computed.
  private static final List<String> NOT_MOVED =
      List.of(
          "auth.schema_migrations",
          "auth.instances",
          "storage.migrations",
          "storage.prefixes",
          "storage.s3_multipart_uploads",
          "storage.s3_multipart_uploads_parts");

  /// What belongs to a database and not to the project: how far its own schemas are, which place it
  /// is, and who serves it.
  private static final List<String> OF_THE_PLACE =
      List.of(
          "auth.schema_migrations",
          "auth.instances",
          "storage.migrations",
          "stabbur.migrations",
          "stabbur.base_objects",
          "stabbur.project_identity",
          "stabbur.personal_key_processes",
          "stabbur.key_files",
          "stabbur.allowances");

  static Inventory of(DatabaseLink link, Scope scope) {
    var schemas = link.texts(sql("schemas", (Object) PLATFORM));
    var own = schemas.toArray(String[]::new);
    var carried = scope == Scope.WHOLE ? link.texts(sql("carried-schemas")) : List.of(WITH_ROWS);
    var platform = new HashMap<String, MovedTable>();
    for (var table : link.list(sql("tables", list(carried)), MovedTable::read)) {
      if (moves(scope, table)) {
        platform.put(table.title(), table);
      }
    }
    return new Inventory(
        scope,
        (int) (link.number(Statement.of("select current_setting('server_version_num')")) / 10_000),
        schemas,
        scope == Scope.WHOLE ? carried : List.of("auth"),
        link.list(sql("tables", (Object) own), MovedTable::read),
        Map.copyOf(platform),
        link.list(
            sql("extensions", (Object) own),
            row -> new Extension(row.getString(1), row.getString(2), row.getBoolean(3))),
        link.texts(sql("roles")));
  }

  private static boolean moves(Scope scope, MovedTable table) {
    return switch (scope) {
      case SHARED ->
          !NOT_MOVED.contains(table.title())
              && (!table.schema().equals("stabbur_auth") || table.title().equals(UNPROVEN));
      case WHOLE -> !OF_THE_PLACE.contains(table.title());
    };
  }

  private static Object list(List<String> texts) {
    return texts.toArray(String[]::new);
  }

  /// The sequences of the user's schemas and of those that are carried along.
  Statement sequences() {
    return sql("sequences", list(schemas), list(carried));
  }

  /// A question about the user's schemas.
  Statement ofSchemas(String file) {
    return sql(file, (Object) schemas.toArray(String[]::new));
  }

  /// A digest of what is defined in the project, of the rows apart.
  String definitions(DatabaseLink link) {
    // what the two logins may comes with the platform, and changes when it opens the database
    var named = list(roles.stream().filter(role -> !LOGINS.contains(role)).toList());
    return String.valueOf(link.value(sql("definitions", list(schemas), named, named, named)));
  }

  static Statement sql(String file, Object... values) {
    return Statement.of(SqlFile.of(Inventory.class, file), values);
  }

  /// The platform's tables in an order in which none comes before what it refers to.
  List<MovedTable> platformInOrder() {
    return platform.values().stream()
        .sorted(Comparator.comparingInt(Inventory::rank).thenComparing(MovedTable::title))
        .toList();
  }

  private static int rank(MovedTable table) {
    int at = FIRST.indexOf(table.title());
    return at < 0 ? FIRST.size() : at;
  }
}
