package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/// A server of one environment and the database of another; and the pipelines of the document.
class EnvironmentCheckTest {
  private final TestServer server = TestServer.shared();

  @AfterEach
  void forget() {
    sql("delete from stabbur.environment");
  }

  @Test
  void aDatabaseOfAnotherEnvironmentIsRefused() {
    new EnvironmentCheck("production", false).opened(server.project());

    assertThatThrownBy(() -> check("staging"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("belongs to the environment production and this server is staging")
        .hasMessageContaining("--take-environment");
    assertThatThrownBy(() -> check(null)).hasMessageContaining("this server is none");
    assertThatCode(() -> check("production")).doesNotThrowAnyException();
  }

  @Test
  void aDatabaseThatNobodyHasNamedIsAnybodys() {
    assertThatCode(() -> check("staging")).doesNotThrowAnyException();
    new EnvironmentCheck(null, false).opened(server.project());
    assertThatCode(() -> check(null)).doesNotThrowAnyException();
  }

  @Test
  void aDatabaseThatChangesHandsRemembersItsNewEnvironment() {
    new EnvironmentCheck("production", false).opened(server.project());
    new EnvironmentCheck("staging", false).opened(server.project());

    assertThatCode(() -> check("staging")).doesNotThrowAnyException();
  }

  @Test
  void thePipelinesOfTheDocumentAreYamlAndUseCommandsThatThereAre() throws IOException {
    var text = Files.readString(TestServer.repository().resolve("app/docs/environments.md"));
    int blocks = 0;
    var found = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(text);
    while (found.find()) {
      Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(found.group(1));
      assertThat(tree).isInstanceOf(Map.class);
      blocks++;
    }
    assertThat(blocks).isEqualTo(4);
    var command = Pattern.compile("\\./stabbur ([a-z-]+)").matcher(text);
    var known = new CommandLine(new Stabbur()).getSubcommands();
    while (command.find()) {
      assertThat(known).containsKey(command.group(1));
    }
  }

  private void check(@Nullable String name) {
    var login = server.project().admin().login();
    var properties = new HashMap<String, Object>();
    Optional.ofNullable(name).ifPresent(each -> properties.put("stabbur.environment.name", each));
    properties.put("stabbur.projects.default.database-url", login.url().replaceFirst("^jdbc:", ""));
    properties.put("stabbur.projects.default.admin-user", login.user());
    properties.put("stabbur.projects.default.admin-password", login.password().reveal());
    try (var context = ConfigurationOptions.builder().properties(properties).build()) {
      var file = context.getEnvironment().start();
      EnvironmentCheck.of(file).requireOwnDatabases(file);
    }
  }

  private void sql(String text) {
    var admin = server.project().admin();
    admin.transaction(
        Actor.of(admin.login().user()), Access.WRITE, tx -> tx.update(Statement.of(text)));
  }
}
