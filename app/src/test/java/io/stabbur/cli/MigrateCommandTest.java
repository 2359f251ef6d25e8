package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Console;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Migrations by command: on a database that is started for it, and on a running server's.
@Timeout(120)
class MigrateCommandTest {
  private final Path folder = TestServer.newFolder();
  private final Path data = folder.resolve("data");
  private final Path migrations = folder.resolve("supabase/migrations");

  @BeforeEach
  void writeOne() throws IOException {
    Files.createDirectories(migrations);
    write("20260101000000_one.sql", "create table public.one (a int);");
  }

  @Test
  void runsWithoutAServer() {
    DataTemplate.BASE.copyTo(data);

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
    try (var _ = serve()) {
      write("20260101000000_one.sql", "create table public.one (a int, b int);");

      assertThat(refusal("migrate"))
          .startsWith("stabbur: Migration 20260101000000_one.sql was edited after it ran")
          .hasLineCount(1);
      assertThat(run("migrate", "status"))
          .containsExactly("20260101000000  applied, edited since  one");
      assertThat(refusal("migrate", "--accept-changed", "--dry-run")).contains("give one of them");
      assertThat(run("migrate", "status"))
          .containsExactly("20260101000000  applied, edited since  one");
      assertThat(run("migrate", "--accept-changed"))
          .containsExactly("Accepted 20260101000000_one.sql", "Nothing is pending.");
      assertThat(run("migrate")).containsExactly("Nothing is pending.");
    }
  }

  @Test
  void runsOnTheDatabaseOfTheRunningServer() throws Exception {
    try (var _ = serve()) {
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
  void theFolderIsThatOfTheRunningServerOrOfTheConfiguration() throws Exception {
    write("20260102000000_two.sql", "create table public.two ();");
    DataTemplate.BASE.copyTo(data);
    var status = new String[] {"migrate", "status", "--data", data.toString(), "--config"};
    var configured = Arrays.copyOf(status, status.length + 1);
    configured[status.length] = config();

    assertThat(Commands.run("", configured).output()).contains("20260102000000  pending");
    try (var server =
        TestServer.start(
            Map.of("stabbur.data", data.toString(), "stabbur.migrations", migrations.toString()))) {
      assertThat(CommandServer.of(server).run("migrate", "status"))
          .contains("20260102000000  applied");
    }
  }

  @Test
  void aTrialShowsWhatIsLockedAndWrittenAnew() throws Exception {
    try (var _ = serve()) {
      write(
          "20260102000000_two.sql",
          """
          create table public.two (a int);
          comment on table public.one is 'numbers';
          create index on public.one (a);
          alter table public.one add column b int;

          alter table public.one alter column a type bigint;
          alter table public.two add column b int;
          insert into public.one values (1);
          """);

      assertThat(run("migrate", "--dry-run"))
          .containsExactly(
              "Would run 20260102000000_two.sql",
              "20260102000000_two.sql, line 2: locks public.one against other changes of its"
                  + " structure (ShareUpdateExclusiveLock)",
              "20260102000000_two.sql, line 3: locks public.one against writes (ShareLock)",
              "20260102000000_two.sql, line 4: locks public.one against reads and writes"
                  + " (AccessExclusiveLock)",
              "20260102000000_two.sql, line 6: locks public.one against reads and writes"
                  + " (AccessExclusiveLock) and writes the whole of it anew");
    }
  }

  @Test
  void aTrialShowsEveryMistakeAndKeepsNothing() throws Exception {
    try (var _ = serve()) {
      write(
          "20260102000000_two.sql",
          """
          create table public.two (a int);
          create tabel public.three ();
          insert into public.two values ('x');
          insert into public.two values (1);
          """);
      write("20260103000000_index.sql", "create index concurrently on public.one (a);");
      write("20260104000000_four.sql", "alter table public.two add check (a > 1);");

      var ended = command("migrate", "--dry-run");

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.output().lines().toList())
          .containsExactly(
              "Would run 20260102000000_two.sql",
              "Would run 20260103000000_index.sql",
              "Would run 20260104000000_four.sql",
              "Not tried: Migration 20260103000000_index.sql, line 1: CREATE INDEX CONCURRENTLY"
                  + " cannot run inside a transaction block in «create index concurrently on"
                  + " public.one (a)»");
      assertThat(ended.errors().lines())
          .hasSize(3)
          .anyMatch(line -> line.contains("two.sql, line 2: syntax error at or near \"tabel\""))
          .anyMatch(line -> line.contains("two.sql, line 3: invalid input syntax"))
          .anyMatch(line -> line.contains("four.sql, line 1: check constraint"));
      assertThat(refusal("migrate"))
          .contains("two.sql, line 2: syntax error")
          .contains("nothing of it was applied. These would fail too: ")
          .contains("four.sql, line 1: check constraint");

      write("20260102000000_two.sql", "create table public.two (a int);");
      assertThat(run("migrate", "--dry-run")).hasSize(4);
      assertThat(run("migrate")).hasSize(3);
    }
  }

  @Test
  void aMistakeRefusesTheStartAndTheCommandAndChangesNothing() throws Exception {
    DataTemplate.BASE.copyTo(data);
    write(
        "20260102000000_two.sql", "create table public.two ();\n\ncreate tabel public.three ();\n");
    var mistake =
        "stabbur: Migration 20260102000000_two.sql, line 3: syntax error at or near \"tabel\" in"
            + " «create tabel public.three ()»; nothing of it was applied.";

    assertThat(refusal("migrate")).isEqualTo(mistake);
    assertThat(refusal("up", "--config", config(), "--port", "" + TestServer.freePort()))
        .isEqualTo(mistake);

    assertThat(run("migrate", "status"))
        .containsExactly(
            "20260101000000  pending                one",
            "20260102000000  pending                two");
  }

  @Test
  @Tag("nightly")
  void aServerThatIsStartingKeepsTheDataFolderToItself() throws Exception {
    DataTemplate.BASE.copyTo(data);
    try (var up = Launched.start(folder, "up", "--port", Integer.toString(TestServer.freePort()))) {
      while (Files.notExists(data.resolve("command.lock"))) {
        assertThat(up.isAlive()).as("the server runs").isTrue();
        Thread.sleep(10);
      }

      var second = command("migrate");

      up.awaitReady();
      assertThat(second.output() + second.errors()).containsAnyOf("is just starting", "Nothing");
      assertThat(run("migrate")).containsExactly("Nothing is pending.");
    }
  }

  /// A server of this JVM on the data folder, whose migrations have run.
  private TestServer serve() {
    DataTemplate.BASE.copyTo(data);
    var server =
        TestServer.start(
            Map.of("stabbur.data", data.toString(), "stabbur.migrations", migrations.toString()));
    var _ = CommandServer.of(server);
    return server;
  }

  private String config() throws IOException {
    return Files.writeString(folder.resolve("up.yml"), "stabbur:\n  migrations: " + migrations)
        .toString();
  }

  private List<String> run(String... arguments) {
    var ended = command(arguments);
    assertThat(ended.code()).as(ended.errors()).isZero();
    return ended.output().lines().toList();
  }

  private String refusal(String... arguments) {
    var ended = command(arguments);
    assertThat(ended.code()).as(ended.output()).isEqualTo(1);
    return ended.errors().strip();
  }

  private Console.Ended command(String... arguments) {
    var where =
        arguments[0].equals("up")
            ? Stream.of("--data", data.toString())
            : Stream.of("--data", data.toString(), "--migrations", migrations.toString());
    return Commands.run("", Stream.concat(Stream.of(arguments), where).toArray(String[]::new));
  }

  private void write(String name, String sql) throws IOException {
    Files.writeString(migrations.resolve(name), sql);
  }
}
