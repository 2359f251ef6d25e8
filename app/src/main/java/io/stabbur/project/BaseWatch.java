package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.life.Chore;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds whether a project's database still has all of the internal schema, which
/// others with rights in the database may take away while it is served, and whether the database
/// was replaced by a copy of another. The next start puts back what is missing ([BaseSchema]).
public final class BaseWatch {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(BaseWatch.class);
  private static final PerProject<BaseWatch> ALL = new PerProject<>(BaseWatch::new);

  private final Project project;
  private volatile List<String> missing = List.of();

  private BaseWatch(Project project) {
    this.project = project;
  }

  /// The watch of a project; it has begun where Stabbur prepares the database.
  public static BaseWatch of(Project project) {
    return ALL.of(project);
  }

  void start() {
    project.chores().start(Chore.every(EVERY, "internal-schema", this::look));
  }

  /// What was missing at the last look, such as `table stabbur.api_keys`.
  public List<String> missing() {
    return missing;
  }

  private void look() {
    var now = found();
    if (!now.isEmpty() && missing.isEmpty()) {
      LOG.error(
          "Parts of the internal schema of project {} are gone: {}. Restart Stabbur to put them"
              + " back.",
          project.settings().name(),
          BaseObjects.summary(now));
    }
    missing = now;
    if (now.isEmpty()) {
      ProjectIdentity.confirmIfReplaced(project);
    }
  }

  /// What is missing now.
  List<String> found() {
    var admin = project.admin();
    try {
      return admin.transaction(
          Actor.of(admin.login().user()).withoutJit(),
          Access.READ,
          tx -> BaseObjects.of(tx).missing());
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database failure && failure.sqlState().startsWith("42")) {
        return List.of("table stabbur.base_objects");
      }
      throw e;
    }
  }
}
