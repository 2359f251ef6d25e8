package io.stabbur.operations.health;

import io.stabbur.project.BaseWatch;
import io.stabbur.project.PartHealth;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The one rule of what can be served. A project is ready while its database answers and has all of
/// the internal schema; the process is ready while one project is, because a load balancer that
/// takes it out would take the others, too. All are asked at once and each has a bound of its own.
@Singleton
final class Readiness {
  private static final Duration BOUND = Duration.ofMillis(2500);
  private static final String NO_DATABASE = "The database does not answer";
  private static final String NOT_OPEN = "No project is open";
  private static final String NO_SCHEMA =
      "Parts of the internal schema are gone; restart Stabbur to put them back";
  private static final String SLOW = "It did not answer within 2.5 seconds";

  private final Projects projects;
  private final List<PartHealth> parts;

  Readiness(Projects projects, List<PartHealth> parts) {
    this.projects = projects;
    this.parts = parts.stream().sorted(Comparator.comparing(PartHealth::part)).toList();
  }

  /// Why each project cannot be served, by its name; empty where it can. That of one that did not
  /// open is for the operator: it may name hosts and users.
  Map<String, Optional<String>> projects() {
    var problems =
        all(
            projects.all().stream()
                .collect(
                    LinkedHashMap::new,
                    (asked, project) -> asked.put(project.name(), () -> problem(project)),
                    Map::putAll));
    projects.leftOut().forEach((name, why) -> problems.putIfAbsent(name, Optional.of(why)));
    return problems;
  }

  /// What anybody may know where nothing can be served.
  String publicReason(Map<String, Optional<String>> problems) {
    return projects.all().stream()
        .findFirst()
        .flatMap(project -> problems.getOrDefault(project.name(), Optional.empty()))
        .orElse(NOT_OPEN);
  }

  /// Why each part of a project that is ready cannot be served; empty where it can. What needs
  /// nothing but the database is not listed.
  Map<String, Optional<String>> parts(String name) {
    var asked = new LinkedHashMap<String, Supplier<Optional<String>>>();
    projects
        .byName(name)
        .ifPresent(
            project -> parts.forEach(part -> asked.put(part.part(), () -> part.problem(project))));
    return all(asked);
  }

  private static Optional<String> problem(Project project) {
    if (!project.api().reachable()) {
      return Optional.of(NO_DATABASE);
    }
    return BaseWatch.of(project).missing().isEmpty() ? Optional.empty() : Optional.of(NO_SCHEMA);
  }

  private static Map<String, Optional<String>> all(
      Map<String, Supplier<Optional<String>>> questions) {
    var asked = new LinkedHashMap<String, CompletableFuture<Optional<String>>>();
    questions.forEach(
        (name, question) ->
            asked.put(
                name,
                CompletableFuture.supplyAsync(question, Thread::startVirtualThread)
                    .completeOnTimeout(Optional.of(SLOW), BOUND.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> Optional.of(String.valueOf(failure.getMessage())))));
    var answers = new LinkedHashMap<String, Optional<String>>();
    asked.forEach((name, answer) -> answers.put(name, answer.join()));
    return answers;
  }
}
