package io.stabbur.management.api;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.management.Hosts;
import io.stabbur.management.reference.ProjectReference;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// A project as the management API describes it.
@Singleton
final class ProjectJson {
  /// The one organisation that all projects of a server belong to.
  static final String OWNER = "stabbur";

  static final String REGION = "local";
  private static final Actor READER = Actor.of("postgres");
  private static final PerProject<String> VERSIONS = new PerProject<>(ProjectJson::version);

  private final Hosts hosts;

  ProjectJson(Hosts hosts) {
    this.hosts = hosts;
  }

  JsonNode project(Project project) {
    var reference = ProjectReference.of(project);
    var version = VERSIONS.of(project);
    return new JsonFields()
        .put("id", reference.text())
        .put("ref", reference.text())
        .put("organization_id", OWNER)
        .put("organization_slug", OWNER)
        .put("name", project.name())
        .put("region", REGION)
        .put("created_at", reference.since().toString())
        .put("status", "ACTIVE_HEALTHY")
        .put(
            "database",
            new JsonFields()
                .put("host", hosts.databaseHost(project))
                .put("version", version)
                .put("postgres_engine", version.replaceFirst("\\..*", ""))
                .put("release_channel", "ga")
                .json())
        .json();
  }

  static JsonNode owner(String name) {
    return new JsonFields().put("id", name).put("slug", name).put("name", name).json();
  }

  /// Such as 17.10.
  private static String version(Project project) {
    return project
        .admin()
        .exchange(
            READER,
            Access.READ,
            Statement.of("select split_part(current_setting('server_version'), ' ', 1)"),
            rows -> {
              rows.next();
              return rows.getString(1);
            });
  }
}
