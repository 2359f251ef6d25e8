package io.stabbur.project;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Roles of a Supabase project that somebody dropped, and what a superuser gives them back once
/// they are made again: what a file made as such a role belongs to it, and the API's roles get
/// rights on what will be made in schema public. What was granted to them elsewhere is not known.
///
/// @param names such as `anon`
record LostRoles(List<String> names) {
  private static final Statement LOST =
      Statement.of(
          "select name from unnest(array['anon', 'authenticated', 'service_role', 'authenticator',"
              + " 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin'])"
              + " as wanted (name) where to_regrole(name) is null order by name");
  private static final Set<String> OF_THE_API = Set.of("anon", "authenticated", "service_role");
  private static final Pattern BECOMES = Pattern.compile("(?:set local|reset) role ?(\\w*)");
  private static final Pattern MAKES =
      Pattern.compile("create (table|type|function) (\\w+)\\.(\\w+)\\b.*");
  private static final Statement DEFAULTS =
      Statement.of(SqlFile.of(LostRoles.class, "base/lost-role"));

  /// Those that are not there.
  static LostRoles of(Transaction tx) {
    return new LostRoles(tx.list(LOST, row -> row.getString(1)));
  }

  /// Gives back what is theirs.
  ///
  /// @param scripts those that make objects as these roles
  void restore(Transaction tx, List<String> scripts) {
    if (names.isEmpty()) {
      return;
    }
    for (var script : scripts) {
      giveObjects(tx, script);
    }
    for (var name : names) {
      if (OF_THE_API.contains(name)) {
        var _ =
            tx.first(
                Statement.of("select set_config('stabbur.lost_role', ?, true)", name), row -> name);
        tx.attempt(DEFAULTS);
      }
    }
  }

  private void giveObjects(Transaction tx, String script) {
    var role = "";
    for (var piece : SqlScript.statements(script)) {
      var becomes = BECOMES.matcher(piece.summary());
      var makes = MAKES.matcher(piece.summary());
      if (becomes.matches()) {
        role = becomes.group(1);
      } else if (makes.matches() && names.contains(role)) {
        tx.attempt(
            alter(makes.group(1))
                .name(makes.group(2))
                .add(".")
                .name(makes.group(3))
                .add(" owner to ")
                .name(role)
                .statement());
      }
    }
  }

  private static SqlText alter(String kind) {
    return switch (kind) {
      case "table" -> new SqlText().add("alter table ");
      case "type" -> new SqlText().add("alter type ");
      default -> new SqlText().add("alter function ");
    };
  }
}
