package io.stabbur.organization;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Values that statements carry, keys of personal data among them, and the log of a Postgres that
/// somebody else set up: by default it writes them down with every statement it logs.
final class ParameterLog {
  private static final Logger LOG = LoggerFactory.getLogger(ParameterLog.class);
  private static final Statement IS_SILENT =
      Statement.of(SqlFile.of(ParameterLog.class, "parameter-log"));
  private static final Statement MAY_SILENCE =
      Statement.of(
          "select has_parameter_privilege('log_parameter_max_length', 'set')"
              + " and has_parameter_privilege('log_min_messages', 'set')");

  private ParameterLog() {}

  /// Takes the values of these logins' statements out of the log, where that is permitted. Empty
  /// when no value can reach it; else the sentence that says why not.
  static Optional<String> silence(Project project) {
    var complaint = silence(project.admin().login(), project.api().login());
    complaint.ifPresent(reason -> LOG.warn("Project {}: {}", project.name(), reason));
    // sessions keep what was set for their role when they began
    project.api().discardOlderConnections();
    project.admin().discardOlderConnections();
    return complaint;
  }

  private static Optional<String> silence(Login admin, Login api) {
    try (var owner = Database.open(admin)) {
      for (var setting :
          List.of(
              set(api.user()).add(" set log_parameter_max_length = 0"),
              set(api.user()).add(" set log_parameter_max_length_on_error = 0"),
              set(api.user()).add(" set log_min_messages = log"))) {
        attempt(owner, setting);
      }
      if (holds(owner, admin.user(), IS_SILENT) && isSilent(admin, api)) {
        return Optional.empty();
      }
      attempt(owner, set(api.user()).add(" set auto_explain.log_parameter_max_length = 0"));
      attempt(owner, set(admin.user()).add(" set auto_explain.log_parameter_max_length = 0"));
      attempt(owner, set(admin.user()).add(" set log_parameter_max_length = 0"));
    }
    return complaint(admin, api);
  }

  /// Asks again, since a log is also turned on while everything runs: from then on no key is handed
  /// out, and when it is silent again they are.
  static void follow(Project project, PersonalKeys keys) {
    var before = keys.withheld();
    var now = complaint(project.admin().login(), project.api().login());
    if (now.isPresent() == before.isPresent()) {
      return;
    }
    if (now.isPresent()) {
      LOG.warn("Project {}: {}", project.name(), now.get());
    } else {
      // sessions keep what was set for their role when they began
      project.api().discardOlderConnections();
      project.admin().discardOlderConnections();
      LOG.info("Project {}: personal data is opened and written again", project.name());
    }
    keys.withhold(now);
  }

  /// What new sessions of these logins are told. Those of a pool know nothing of what was set for
  /// their role since.
  private static Optional<String> complaint(Login admin, Login api) {
    if (isSilent(admin) && isSilent(admin, api)) {
      return Optional.empty();
    }
    return Optional.of(
        "Personal data is disabled: PostgreSQL may log statement parameters, encryption keys among them; as superuser run `alter role %s set log_parameter_max_length = 0`, the same for %s, for auto_explain.log_parameter_max_length if it is loaded, and `set pgaudit.log_parameter = off` if that is%s."
            .formatted(api.user(), admin.user(), behindPooler(api)));
  }

  private static String behindPooler(Login api) {
    return api.isPooled()
        ? "; behind a pooler also `grant set on parameter log_parameter_max_length, log_min_messages to %s`"
            .formatted(api.user())
        : "";
  }

  private static boolean isSilent(Login login) {
    return holds(login, IS_SILENT);
  }

  /// A pooler's sessions may be older than what was set for their role: besides the sessions, each
  /// transaction must be able to silence itself.
  private static boolean isSilent(Login admin, Login api) {
    return isSilent(api)
        && (!api.isPooled() || (isSilent(api.at(admin.url())) && holds(api, MAY_SILENCE)));
  }

  private static boolean holds(Login login, Statement question) {
    try (var database = Database.open(login)) {
      return holds(database, login.user(), question);
    }
  }

  private static boolean holds(Database database, String user, Statement question) {
    return database.transaction(
        Actor.of(user),
        Access.READ,
        tx -> tx.first(question, row -> row.getBoolean(1)).orElse(false));
  }

  private static SqlText set(String role) {
    return new SqlText().add("alter role ").name(role);
  }

  /// Hosted projects and careful operators grant some of these and not others.
  private static void attempt(Database owner, SqlText setting) {
    try {
      owner.transaction(
          Actor.of(owner.login().user()), Access.WRITE, tx -> tx.update(setting.statement()));
    } catch (ApiException e) {
      if (!(e.error() instanceof Failure.Database)) {
        throw e;
      }
    }
  }
}
