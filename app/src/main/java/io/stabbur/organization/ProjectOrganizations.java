package io.stabbur.organization;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The organizations of one project: the schema as it is registered now, and the keys of personal
/// data, which are handed out only while there is one.
public final class ProjectOrganizations {
  /// Whether the table can be read: a database that Stabbur did not prepare has none.
  private static final Statement IS_PREPARED =
      Statement.of(SqlFile.of(ProjectOrganizations.class, "is-prepared"));

  private static final Statement REGISTERED =
      Statement.of(SqlFile.of(ProjectOrganizations.class, "schema"));

  private final Project project;
  private final PersonalKeys keys;
  private volatile Registered now = new Registered(Optional.empty(), ActiveOrganization.CLAIMS);

  /// @param rights the claims that grant rights
  private record Registered(Optional<OrganizationSchema> schema, Set<String> rights) {}

  ProjectOrganizations(Project project) {
    this.project = project;
    this.keys = PersonalKeys.of(project);
    reload();
  }

  /// The schema; empty in a project that has no organizations.
  public Optional<OrganizationSchema> schema() {
    return now.schema;
  }

  /// The schema as the database has it at this moment.
  public Optional<OrganizationSchema> refreshed() {
    reload();
    return schema();
  }

  /// The claims that grant rights in this project; the same set until the schema changes.
  Set<String> rights() {
    return now.rights;
  }

  public PersonalKeys keys() {
    return keys;
  }

  /// Reads the contract again. Before the first keys are handed out, Postgres' log is looked at.
  synchronized void reload() {
    var read = read();
    if (read.equals(now.schema)) {
      return;
    }
    if (now.schema.isEmpty() && mayLog()) {
      keys.withhold(ParameterLog.silence(project));
    }
    now =
        new Registered(
            read, read.map(OrganizationSchema::rights).orElse(ActiveOrganization.CLAIMS));
  }

  /// Another server than our own may write the values of statements to its log.
  private boolean mayLog() {
    return project.settings().prepare() && !project.settings().isEmbedded();
  }

  /// Withholds the keys while Postgres' log may hold them.
  public void followLog() {
    if (now.schema.isPresent() && project.settings().prepare()) {
      ParameterLog.follow(project, keys);
    }
  }

  private Optional<OrganizationSchema> read() {
    var admin = project.admin();
    return admin.transaction(
        Actor.of(admin.login().user()),
        Access.READ,
        tx ->
            tx.first(IS_PREPARED, row -> row.getBoolean(1)).orElse(false)
                ? tx.first(REGISTERED, ProjectOrganizations::schema)
                : Optional.empty());
  }

  private static OrganizationSchema schema(ResultSet row) throws SQLException {
    var functions = new HashMap<String, String>();
    texts(row.getArray("defaults")).forEach(name -> functions.put(name, "stabbur_organization"));
    var provider = String.valueOf(row.getString("functions"));
    texts(row.getArray("provided")).forEach(name -> functions.put(name, provider));
    return new OrganizationSchema(
        Optional.ofNullable(row.getString("header")),
        texts(row.getArray("roles")),
        Optional.ofNullable(row.getString("default_role")),
        String.valueOf(row.getString("first_role")),
        Set.copyOf(texts(row.getArray("administrator_roles"))),
        Optional.ofNullable(row.getString("platform_role")),
        texts(row.getArray("member_fields")),
        functions,
        String.valueOf(row.getString("search_path")));
  }

  private static List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
  }
}
