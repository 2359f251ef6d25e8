package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Promtool;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// `stabbur alerts` and its parts, against a server with an open table.
class AlertsCommandTest {
  private static final TestServer SERVER =
      TestServer.start(
          Map.of(
              "stabbur.operations.metrics.every", "1s",
              "stabbur.operations.alerts.every", "1s",
              "stabbur.operations.alerts.group-wait", "0s",
              "stabbur.operations.advisor.every", "1s",
              "stabbur.operations.alerts.rules.advisor-error.lasting", "0s",
              "stabbur.operations.alerts.receivers.chat.kind", "slack",
              "stabbur.operations.alerts.receivers.chat.url", "http://127.0.0.1:1/chat"));
  private static final CommandServer COMMANDS = CommandServer.of(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void sql(String sql) {
    TestPostgres.execute(SERVER.project().admin().login(), sql);
  }

  @Test
  void whatFiresIsListedSilencedAndRemembered() {
    assertThat(COMMANDS.run("alerts")).isEqualTo("ok       no alert fires\n");
    assertThat(COMMANDS.run("alerts", "--history")).isEqualTo("No alert has fired yet.\n");
    sql("create table public.open_list (id int primary key)");
    Await.until("it fires", () -> COMMANDS.command("alerts").code() == 1);
    var listed = COMMANDS.command("alerts").output();
    assertThat(listed)
        .startsWith("critical  AdvisorError")
        .contains("The advisor says rls_disabled_in_public of public.open_list in project default")
        .contains("runbooks/AdvisorError.md");

    var silenced =
        COMMANDS.run(
            "alerts",
            "silence",
            "AdvisorError",
            "--for",
            "2h",
            "--reason",
            "a test",
            "--label",
            "relname=open_list");
    assertThat(silenced).startsWith("Silenced AdvisorError until 20").contains("silences --end ");
    Await.until("it is silenced", () -> COMMANDS.command("alerts").code() == 0);
    assertThat(COMMANDS.run("alerts")).startsWith("silenced  AdvisorError");
    var silences = COMMANDS.run("alerts", "silences");
    assertThat(silences).contains("a test").contains("\"relname\":\"open_list\"");
    assertThat(COMMANDS.run("alerts", "silences", "--end", silences.substring(0, 36)))
        .isEqualTo("The silence has ended.\n");
    assertThat(COMMANDS.run("alerts", "silences")).isEqualTo("Nothing is silenced.\n");
    Await.until("it is loud again", () -> COMMANDS.command("alerts").code() == 1);

    sql("drop table public.open_list");
    Await.until("it ends", () -> COMMANDS.command("alerts").code() == 0);
    assertThat(COMMANDS.run("alerts", "--history"))
        .startsWith("resolved  AdvisorError")
        .containsPattern("firing not yet told\\R")
        .doesNotContain("chat")
        .containsPattern("silenced from 20\\S+Z until 20\\S+Z: a test");
  }

  @Test
  void aWrongSilenceIsRefused() {
    assertThat(
            COMMANDS.refusal("alerts", "silence", "DiskFull", "--for", "soon", "--reason", "why"))
        .contains("Invalid duration soon");
    assertThat(COMMANDS.refusal("alerts", "silence", "DiskFull", "--for", "2h", "--reason", " "))
        .contains("A silence needs a reason");
  }

  @Test
  void theRulesAreForPrometheus() {
    var rules = COMMANDS.run("alerts", "rules");
    assertThat(Promtool.rules(rules)).contains("SUCCESS");
    assertThat(rules).as("a server that is gone").contains("expr: absent(pg_up)");
  }

  @Test
  void aReceiverThatCannotBeReachedIsNamed() {
    var ended = COMMANDS.command("alerts", "test");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output()).isEqualTo("PROBLEM  chat: it cannot be reached\n");
  }
}
