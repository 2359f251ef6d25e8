package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.moving.StorageApi;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A project of the Stabbur that runs on a data folder.
final class ProjectServer extends RunningServer {
  @Option(
      names = "--project",
      paramLabel = "NAME",
      description = "Which project (default: the first of the configuration).")
  @Nullable String project;

  private @Nullable Properties named;

  /// Of the project; the process' own address and id are the same for all.
  @Override
  Properties running() {
    var first = super.running();
    if (project == null) {
      return first;
    }
    if (named == null) {
      named = ask(first, project);
    }
    return named;
  }

  private Properties ask(Properties first, String name) {
    var all = new Properties();
    all.setProperty("LOCAL_URL", first.getProperty("LOCAL_URL"));
    all.setProperty("PID", first.getProperty("PID"));
    copy(first, all, DataFolder.MIGRATIONS);
    copy(first, all, DataFolder.OPERATOR_TOKEN);
    copy(first, all, Status.CONSOLE_URL);
    access(name)
        .entries()
        .forEach(each -> all.setProperty(each.getKey(), each.getValue().getStringValue()));
    return all;
  }

  private JsonNode access(String name) {
    var answer =
        exchange(
            "GET", "/admin/v1/projects/" + encoded(name) + "/access", "Accept", "application/json");
    if (answer.statusCode() == 404) {
      throw new StartFailure(
          "There is no project %s that is open; `stabbur project list` names those that were added, the configuration the others."
              .formatted(name));
    }
    return answer(answer);
  }

  private static void copy(Properties from, Properties to, String name) {
    var value = from.getProperty(name);
    if (value != null) {
      to.setProperty(name, value);
    }
  }

  /// The project's Storage API as the service role.
  StorageApi storage() {
    var all = running();
    return new StorageApi(
        all.getProperty("LOCAL_URL"),
        Secret.of(all.getProperty("SERVICE_ROLE_KEY")),
        Optional.ofNullable(all.getProperty("HOST")));
  }

  /// `status` knows the first project alone.
  @Override
  void note(String name, String value) {
    if (project == null) {
      super.note(name, value);
    }
  }
}
