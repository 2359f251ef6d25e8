package io.stabbur.management.reference;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What tools call a project: twenty small letters that its database keeps.
///
/// @param since when the project got it
public record ProjectReference(String text, Instant since) {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectReference.class);
  private static final Actor OWNER = Actor.of("postgres");
  private static final PerProject<ProjectReference> ALL = new PerProject<>(ProjectReference::read);

  public static ProjectReference of(Project project) {
    return ALL.of(project);
  }

  /// The one project whose reference fits. Each keeps its own, and its owner may write another's:
  /// where two fit, none is served. One whose database is away stands in nobody's way.
  public static Optional<Project> only(Collection<Project> among, Predicate<String> fits) {
    var found = new ArrayList<Project>();
    for (var project : among) {
      try {
        if (fits.test(of(project).text())) {
          found.add(project);
        }
      } catch (ApiException e) {
        LOG.warn("The reference of project {} is not known: {}", project.name(), e.toString());
      }
    }
    if (found.size() > 1) {
      LOG.warn(
          "Projects {} have one reference and are not served",
          found.stream().map(Project::name).toList());
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static ProjectReference read(Project project) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                tx.first(
                    Statement.of("select reference, created_at from stabbur.project_reference"),
                    row ->
                        new ProjectReference(
                            row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant())))
        .orElseThrow();
  }
}
