package io.stabbur.moving;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.SqlScript.Piece;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the definitions of the source in the target: roles, extensions, the user's schemas with
/// their rights, and what the user fastened to tables of the platform. Each method works in the
/// transaction that is open.
record SchemaCopy(DatabaseLink source, DatabaseLink target, Inventory from, Inventory to) {

  /// Everything that rows need. A table that policies guard lets nobody in before they are there.
  void beforeRows(List<Piece> statements) {
    makeRoles();
    var there = new HashSet<>(target.texts(Statement.of("select nspname from pg_namespace")));
    from.schemas().stream()
        .filter(there::add)
        .forEach(
            schema -> target.update(new SqlText().add("create schema ").name(schema).statement()));
    for (var extension : Planner.missingExtensions(target, from, to)) {
      make(extension, there.contains(extension.schema()));
    }
    statements.forEach(this::run);
    source.texts(from.ofSchemas("guards")).forEach(target::execute);
    matchRights();
  }

  /// Roles without login, as members of what they were members of: the API becomes some of them.
  private void makeRoles() {
    var roles = Planner.missingRoles(target, from);
    roles.forEach(role -> target.update(new SqlText().add("create role ").name(role).statement()));
    var made = roles.toArray(String[]::new);
    var all =
        target
            .texts(Statement.of("select rolname from pg_catalog.pg_roles"))
            .toArray(String[]::new);
    source.texts(Inventory.sql("role-members", made, made, all, all)).forEach(target::execute);
    if (from.scope() == Scope.WHOLE && mayReadLogins(source)) {
      source.texts(Inventory.sql("role-logins", (Object) made)).forEach(target::execute);
    }
  }

  /// Whether passwords of roles may be read, which needs a superuser.
  static boolean mayReadLogins(DatabaseLink source) {
    return source.isTrue("select has_table_privilege('pg_catalog.pg_authid', 'select')");
  }

  /// What the database and its roles have set, such as the schemas of the data API, for this
  /// database alone: other databases of the server have the same roles. Of roles that only a
  /// superuser changes it stays as it is.
  void settings() {
    source.list(Inventory.sql("settings"), Setting::read).forEach(setting -> setting.make(target));
  }

  private record Setting(@Nullable String role, String name, String value) {
    static Setting read(ResultSet row) throws SQLException {
      return new Setting(row.getString(1), row.getString(2), row.getString(3));
    }

    /// The value as this session has it, since lists are written in more than one way.
    void make(DatabaseLink target) {
      if (role != null && !target.isTrue("select to_regrole(?) is not null", quoted(role))) {
        return;
      }
      var database = String.valueOf(target.value(Statement.of("select current_database()")));
      var text = new SqlText().add("alter ");
      if (role != null) {
        text.add("role ").name(role).add(" in ");
      }
      text.add("database ").name(database);
      target.execute("savepoint setting");
      try {
        var _ = target.value(Statement.of("select set_config(?, ?, true)", name, value));
        target.execute(text.add(" set ").printed(name).add(" from current").statement().sql());
      } catch (StartFailure _) {
        target.execute("rollback to savepoint setting");
      }
      target.execute("release savepoint setting");
    }

    private static String quoted(String name) {
      return new SqlText().name(name).statement().sql();
    }
  }

  private void make(Extension extension, boolean hasItsSchema) {
    var text = new SqlText().add("create extension if not exists ").name(extension.name());
    if (hasItsSchema && !extension.schema().equals("pg_catalog")) {
      text.add(" with schema ").name(extension.schema());
    }
    target.update(text.statement());
  }

  /// Indexes, constraints, triggers and policies.
  void afterRows(List<Piece> statements) {
    statements.forEach(this::run);
  }

  /// The rights of the target become those of the source, whatever its default privileges gave.
  private void matchRights() {
    var wanted = rights(source);
    var given = rights(target);
    given.forEach(
        (give, take) -> {
          if (!wanted.containsKey(give)) {
            target.execute(take);
          }
        });
    wanted.keySet().stream().filter(give -> !given.containsKey(give)).forEach(target::execute);
  }

  private Map<String, String> rights(DatabaseLink link) {
    var rights = new LinkedHashMap<String, String>();
    link.list(from.ofSchemas("rights"), row -> rights.put(row.getString(1), row.getString(2)));
    return rights;
  }

  /// Triggers, policies and publications on the platform's side that the target lacks.
  void attach() {
    var there = Attachment.of(target, from).stream().map(Attachment::title).toList();
    Attachment.of(source, from).stream()
        .filter(each -> !there.contains(each.title()) && each.isPossible(target))
        .forEach(each -> target.execute(each.sql()));
  }

  /// What the two sides do not have in common; nothing where all has come over.
  List<String> differences() {
    var there = new HashSet<>(source.texts(from.ofSchemas("shape")));
    there.addAll(rights(source).keySet());
    var here = new HashSet<>(target.texts(from.ofSchemas("shape")));
    here.addAll(rights(target).keySet());
    var both = new HashSet<>(there);
    both.retainAll(here);
    there.addAll(here);
    there.removeAll(both);
    return there.stream().sorted().toList();
  }

  private void run(Piece statement) {
    try {
      target.execute(statement.sql());
    } catch (StartFailure e) {
      // what stands behind the first quote may be secret, such as the header of a webhook
      throw new StartFailure(
          "%s In: %s".formatted(e.getMessage(), statement.summary().replaceFirst("['$].*", "…")),
          e);
    }
  }
}
