package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrateCommandTest {
  private final Path folder = TestServer.newFolder();
  private final Path migrations = folder.resolve("supabase/migrations");
  private final int port = TestServer.freePort();

  @BeforeEach
  void writeOne() throws IOException {
    Files.createDirectories(migrations);
    write("20260101000000_one.sql", "create table public.one (a int);");
  }

  @Test
  void runsWithoutAServer() throws Exception {
    assertThat(run("migrate", "--dry-run")).containsExactly("Would run 20260101000000_one.sql");
    assertThat(run("migrate", "status"))
        .containsExactly("20260101000000  pending                one");
    assertThat(run("migrate")).containsExactly("Ran 20260101000000_one.sql");
    assertThat(run("migrate")).containsExactly("Nothing is pending.");
    assertThat(run("migrate", "status"))
        .containsExactly("20260101000000  applied                one");
  }

  @Test
  void anEditedFileIsNamedAndMayBeAccepted() throws Exception {
    assertThat(run("migrate")).containsExactly("Ran 20260101000000_one.sql");
    write("20260101000000_one.sql", "create table public.one (a int, b int);");

    var refused = Launched.run(folder, "migrate");

    assertThat(refused.getKey()).isEqualTo(1);
    assertThat(refused.getValue().strip())
        .startsWith("stabbur: Migration 20260101000000_one.sql was edited after it ran")
        .hasLineCount(1);
    assertThat(run("migrate", "status"))
        .containsExactly("20260101000000  applied, edited since  one");
    assertThat(Launched.run(folder, "migrate", "--accept-changed", "--dry-run").getKey())
        .isEqualTo(1);
    assertThat(run("migrate", "status"))
        .containsExactly("20260101000000  applied, edited since  one");
    assertThat(run("migrate", "--accept-changed"))
        .containsExactly("Accepted 20260101000000_one.sql", "Nothing is pending.");
    assertThat(run("migrate")).containsExactly("Nothing is pending.");
  }

  @Test
  void runsOnTheDatabaseOfTheRunningServer() throws Exception {
    try (var up = up().awaitReady()) {
      write("20260102000000_two.sql", "alter table public.one add column b int;");

      assertThat(run("migrate", "status"))
          .containsExactly(
              "20260101000000  applied                one",
              "20260102000000  pending                two");
      assertThat(run("migrate")).containsExactly("Ran 20260102000000_two.sql");

      Files.delete(migrations.resolve("20260102000000_two.sql"));
      assertThat(run("migrate", "status")).contains("20260102000000  applied, no file here  two");
    }
  }

  @Test
  void aMistakeRefusesTheStartAndChangesNothing() throws Exception {
    write(
        "20260102000000_two.sql", "create table public.two ();\n\ncreate tabel public.three ();\n");

    try (var up = up()) {
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.errors().strip())
          .isEqualTo(
              "stabbur: Migration 20260102000000_two.sql, line 3: syntax error at or near \"tabel\""
                  + " in «create tabel public.three ()»; nothing of it was applied.");
      assertThat(up.output()).doesNotContain("Stabbur is ready");
    }

    assertThat(run("migrate", "status"))
        .containsExactly(
            "20260101000000  pending                one",
            "20260102000000  pending                two");
  }

  @Test
  void aMistakeFailsTheCommandInOneSentence() throws Exception {
    write("20260102000000_two.sql", "select 1 / 0;");

    var failed = Launched.run(folder, "migrate");

    assertThat(failed.getKey()).isEqualTo(1);
    assertThat(failed.getValue().strip())
        .startsWith("stabbur: Migration 20260102000000_two.sql, line 1: division by zero")
        .hasLineCount(1);
  }

  @Test
  void aServerThatIsStartingKeepsTheDataFolderToItself() throws Exception {
    try (var up = up()) {
      while (Files.notExists(folder.resolve("data/command.lock"))) {
        Thread.sleep(10);
      }

      var second = Launched.run(folder, "migrate");

      up.awaitReady();
      assertThat(second.getValue()).containsAnyOf("is just starting", "Nothing");
      assertThat(run("migrate")).containsExactly("Nothing is pending.");
    }
  }

  private Launched up() throws IOException {
    return Launched.start(folder, "up", "--port", Integer.toString(port));
  }

  private java.util.List<String> run(String... arguments) throws Exception {
    var ran = Launched.run(folder, arguments);
    assertThat(ran.getKey()).as(ran.getValue()).isZero();
    return ran.getValue().lines().toList();
  }

  private void write(String name, String sql) throws IOException {
    Files.writeString(migrations.resolve(name), sql);
  }
}
