package io.stabbur.console.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenProjectsTest {
  private final OpenProjects projects = TestServer.shared().bean(OpenProjects.class);

  private static int raise(Project project, String sqlState) {
    var admin = project.admin();
    var sql = "do $$ begin raise exception 'no' using errcode = '" + sqlState + "'; end $$";
    return admin.transaction(
        Actor.of(admin.login().user()), Access.READ, tx -> tx.update(Statement.of(sql)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"57014", "57P01", "53200", "53300", "08006"})
  void aDatabaseThatIsAwayOrFullGivesNoAnswer(String sqlState) {
    assertThat(projects.ask("default", project -> raise(project, sqlState))).isEmpty();
  }

  @Test
  void nobodyWhoIsCrowdedOutGetsAnError() {
    assertThat(
            projects.ask(
                "default",
                project -> {
                  throw new ApiException(new Failure.Crowded(project.name()));
                }))
        .isEmpty();
  }

  @Test
  void whatIsWrongWithTheQuestionIsToldAndAnAnswerIsPassedOn() {
    assertThatThrownBy(() -> projects.ask("default", project -> raise(project, "42501")))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> projects.ask("nobody", Project::name))
        .isInstanceOf(ApiException.class);
    assertThat(projects.ask("default", Project::name)).contains("default");
  }
}
