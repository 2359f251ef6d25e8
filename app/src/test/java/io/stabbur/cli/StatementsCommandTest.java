package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementsCommandTest {
  @Test
  void theMostExpensiveStatementsAreListed() {
    var listed = CommandServer.shared().run("statements", "--limit", "3");

    assertThat(listed.lines().findFirst().orElse(""))
        .isEqualTo("  time      calls        mean       rows  id");
    assertThat(listed.lines().filter(line -> line.matches(" *\\d+ % .* ms .*"))).hasSize(3);
    if (System.getProperty("show") != null) {
      System.err.println(listed);
    }
  }
}
