package io.stabbur.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.management.database.DatabaseGate;
import io.stabbur.management.reference.ProjectReference;
import io.stabbur.management.settings.ManagementSettings;
import io.stabbur.platform.http.JsonFields;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Names under which Supabase's command finds a project and its database.
@Singleton
public final class Hosts {
  private static final String LOCAL = "localhost";

  private final ManagementSettings settings;
  private final DatabaseGate gate;

  Hosts(ManagementSettings settings, DatabaseGate gate) {
    this.settings = settings;
    this.gate = gate;
  }

  /// The command adds `db.REFERENCE.` before it.
  String projectHost(Project project) {
    var named = settings.projectHost();
    if (named != null) {
      return named;
    }
    var host = Optional.ofNullable(project.publicUrl().getHost()).orElse(LOCAL);
    return host.matches("[0-9.]+|\\[.*") ? LOCAL : host;
  }

  /// Where the command looks for a project's database.
  public String databaseHost(Project project) {
    return "db." + ProjectReference.of(project).text() + "." + projectHost(project);
  }

  /// Under which name the command finds the database port where it cannot find [#databaseHost].
  public String poolerHost(Project project) {
    var named = settings.poolerHost();
    return named == null ? databaseHost(project) : named;
  }

  /// What the command's profile file says. The name of a domain stands there for the pooler's.
  JsonNode profile(Project project) {
    var pooler = settings.poolerHost();
    return new JsonFields()
        .put("pooler_host", pooler == null ? null : domain(pooler))
        .put("fingerprint", gate.fingerprint().orElse(null))
        .put("project", project.name())
        .put("project_ref", ProjectReference.of(project).text())
        .put("api_url", project.publicUrl().toString())
        .put("project_host", projectHost(project))
        .json();
  }

  private static String domain(String host) {
    int last = host.lastIndexOf('.');
    return host.substring(host.lastIndexOf('.', last - 1) + 1);
  }
}
