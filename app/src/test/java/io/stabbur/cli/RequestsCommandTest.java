package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import org.junit.jupiter.api.Test;

class RequestsCommandTest {
  @Test
  void requestsAreCountedAndListed() {
    var server = CommandServer.shared();

    Await.until(
        "logged",
        () ->
            server
                .run("requests", "--all", "--by", "role")
                .lines()
                .anyMatch(RequestsCommandTest::isCount));
    assertThat(server.run("requests", "--all", "--lines", "--limit", "3").lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("\\S+Z  [ 0-9]+\\.\\d ms  [A-Z]+ /\\S* .*"));
  }

  private static boolean isCount(String line) {
    return line.matches(" *\\d+  +200  +[0-9.]+ ms  +[0-9.]+ ms  service_role");
  }
}
