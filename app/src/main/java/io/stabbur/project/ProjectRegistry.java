package io.stabbur.project;

import io.stabbur.platform.error.StartFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The projects at one moment. Never changes: a project that is added or removed makes another one.
///
/// @param all in the order in which they were added
/// @param byHost by host name in lower case
record ProjectRegistry(List<Project> all, Map<String, Project> byHost) {
  static final ProjectRegistry EMPTY = new ProjectRegistry(List.of(), Map.of());

  ProjectRegistry {
    all = List.copyOf(all);
    byHost = Map.copyOf(byHost);
  }

  /// Refuses a project whose name or host another one has.
  void requireUnclaimed(ProjectSettings settings) {
    if (named(settings.name()).isPresent()) {
      throw new StartFailure(
          "There is a project %s already; choose another name.".formatted(settings.name()));
    }
    for (var host : settings.hosts()) {
      if (byHost.containsKey(host.toLowerCase(Locale.ROOT))) {
        throw new StartFailure(
            "Two projects claim the host %s; give it to one of them.".formatted(host));
      }
    }
  }

  ProjectRegistry with(Project project) {
    requireUnclaimed(project.settings());
    var projects = new ArrayList<>(all);
    projects.add(project);
    var hosts = new HashMap<>(byHost);
    project.settings().hosts().forEach(host -> hosts.put(host.toLowerCase(Locale.ROOT), project));
    return new ProjectRegistry(projects, hosts);
  }

  ProjectRegistry without(Project project) {
    var projects = new ArrayList<>(all);
    projects.remove(project);
    var hosts = new HashMap<>(byHost);
    hosts.values().removeIf(project::equals);
    return new ProjectRegistry(projects, hosts);
  }

  Optional<Project> named(String name) {
    return all.stream().filter(project -> project.name().equals(name)).findFirst();
  }

  /// The project that claims a host name (without port), or the only one there is.
  Optional<Project> at(@Nullable String host) {
    var claiming = host == null ? null : byHost.get(host.toLowerCase(Locale.ROOT));
    return claiming != null || all.size() != 1
        ? Optional.ofNullable(claiming)
        : Optional.of(all.getFirst());
  }
}
