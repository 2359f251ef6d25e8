package io.stabbur.control;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.ApplianceDatabase;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;

/// Where the control database is: at the address of the settings; else a database of its own in the
/// embedded Postgres of the first project; else a schema of its own in the first project's
/// database.
@Singleton
public final class ControlHome {
  private final ControlSettings settings;
  private final Projects projects;

  ControlHome(ControlSettings settings, Projects projects) {
    this.settings = settings;
    this.projects = projects;
  }

  /// Whether what belongs to the appliance is kept up by the chores of this project.
  public boolean isKeeper(Project project) {
    return projects.isFirst(project) && project.settings().prepare();
  }

  /// Whether it has an address of its own, so that it may answer while no project does.
  public boolean isApart() {
    return settings.databaseUrl() != null;
  }

  /// Whether other processes may change it.
  public boolean isShared() {
    return settings.databaseUrl() != null
        || projects.first().filter(home -> !home.settings().isEmbedded()).isPresent();
  }

  /// Whether nobody has used it yet; asked only of one that is not shared.
  public boolean isUnused() {
    return !isShared()
        && projects.first().filter(home -> !ApplianceDatabase.exists(home)).isPresent();
  }

  /// Whether there can be none.
  public boolean isMissing() {
    return settings.databaseUrl() == null
        && projects.first().filter(home -> home.settings().prepare()).isEmpty();
  }

  /// How to log in to it; what an embedded one needs is made.
  public Login login() {
    var url = settings.databaseUrl();
    if (url != null) {
      var given = DatabaseUrl.parse(url).login();
      return with(given, settings.connections());
    }
    var home = projects.first().orElseThrow(() -> unavailable("the first project is not open"));
    if (home.settings().isEmbedded()) {
      return ApplianceDatabase.of(home, settings.connections());
    }
    if (!home.settings().prepare()) {
      throw unavailable("the first project's database is not to be changed (prepare: false)");
    }
    return with(home.admin().login(), settings.connections());
  }

  private static Login with(Login login, int connections) {
    return new Login(login.url(), login.user(), login.password(), connections, login.patience());
  }

  private static ApiException unavailable(String reason) {
    return new ApiException(
        new Failure.Unavailable(
            "There is no control database: %s; set control.database-url".formatted(reason)));
  }
}
