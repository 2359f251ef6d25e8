package io.stabbur.operations.alert;

import io.micronaut.http.server.HttpServerConfiguration;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.ServerSettings;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;

/// Where this process stands: the project that keeps the appliance's alerts (the first one), the
/// address of the appliance, and the name of the process among its replicas.
@Singleton
final class AlertPlace {
  private final Projects projects;
  private final ServerSettings own;
  private final String process;

  AlertPlace(
      Projects projects,
      ServerSettings own,
      AlertSettings settings,
      HttpServerConfiguration server) {
    this.projects = projects;
    this.own = own;
    this.process =
        settings.instance() == null
            ? host() + ":" + server.getPort().orElse(0)
            : settings.instance();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  String process() {
    return process;
  }

  /// None while no project is open.
  Optional<Project> home() {
    return projects.all().stream().findFirst();
  }

  /// The projects that did not open.
  Set<String> leftOut() {
    return projects.leftOut().keySet();
  }

  boolean isHome(Project project) {
    var all = projects.all();
    return all.isEmpty() || all.getFirst().equals(project);
  }

  String url() {
    return home().map(Project::publicUrl).or(this::ownUrl).map(URI::toString).orElse("");
  }

  private Optional<URI> ownUrl() {
    return Optional.ofNullable(own.publicUrl());
  }
}
