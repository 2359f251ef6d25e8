package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.project.Migrations.Line;
import io.stabbur.project.Migrations.Older;
import io.stabbur.project.Migrations.State;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real Supabase CLI and our own migrations on one database: each sees what the other did.
class SupabaseCliTest {
  private static final String ONE = "20260101000000";
  private static final String TWO = "20260102000000";

  @TempDir Path project;

  private Login superuser;
  private Database owner;
  private Migrations migrations;
  private String remote;

  @BeforeEach
  void makeProjectAndDatabase() throws IOException {
    superuser = SchemaSetup.newBase();
    var login = TestPostgres.as("postgres", superuser);
    owner = Database.open(login);
    var folder = Files.createDirectories(project.resolve("supabase/migrations"));
    migrations = new Migrations(owner, folder);
    remote =
        "--remote="
            + login
                .url()
                .replace(
                    "jdbc:postgresql://",
                    "postgresql://postgres:" + login.password().reveal().replace(" ", "%20") + "@")
            + "?sslmode=disable";
    Files.writeString(folder.resolve(ONE + "_one.sql"), "create table public.one (a int);\n");
  }

  @AfterEach
  void close() {
    owner.close();
  }

  @Test
  void whatRanHereIsAppliedForTheCli() {
    migrations.apply(Older.REFUSE);

    assertThat(cli("migration", "list")).contains(listed(ONE, ONE));
    assertThat(cli("db", "push", "--dry-run")).contains("\"upToDate\":true");
    assertThat(cli("db", "push", "--yes")).contains("\"upToDate\":true");
  }

  @Test
  void whatTheCliPushedIsAppliedHere() throws IOException {
    assertThat(cli("migration", "list")).contains(listed(ONE, ""));
    cli("db", "push", "--yes");
    write(TWO + "_two.sql", "alter table public.one add column b int;");

    assertThat(migrations.status())
        .containsExactly(new Line(ONE, "one", State.APPLIED), new Line(TWO, "two", State.PENDING));
    assertThat(migrations.apply(Older.REFUSE))
        .extracting(MigrationFile::version)
        .containsExactly(TWO);
    assertThat(cli("migration", "list")).contains(listed(ONE, ONE), listed(TWO, TWO));
  }

  @Test
  @Tag("nightly")
  void aFileThatWasEditedIsPutRightByTheClisRepairToo() throws IOException {
    cli("db", "push", "--yes");
    write(
        ONE + "_one.sql",
        """
        -- what it says now
        create table public.one (a int, b int);
        create function public.two() returns int language plpgsql as $$
        begin
          return 2; -- not a comment of the file
        end $$;
        """);
    assertThatThrownBy(() -> migrations.apply(Older.REFUSE))
        .hasMessageContaining(ONE + "_one.sql was edited after it ran");

    cli("migration", "repair", ONE, "--status", "applied", "--yes");

    assertThat(migrations.apply(Older.REFUSE)).isEmpty();
    assertThat(migrations.status()).containsExactly(new Line(ONE, "one", State.APPLIED));
  }

  @Test
  void bothMakeTheSameRecord() {
    cli("db", "push", "--yes");
    var theirs = record();
    TestPostgres.execute(
        superuser, "delete from supabase_migrations.schema_migrations; drop table public.one");

    migrations.apply(Older.REFUSE);

    assertThat(record()).isEqualTo(theirs);
  }

  @Test
  @Tag("nightly")
  void aRepairedVersionIsPendingForBoth() {
    migrations.apply(Older.REFUSE);
    TestPostgres.execute(superuser, "drop table public.one");

    cli("migration", "repair", ONE, "--status", "reverted", "--yes");

    assertThat(migrations.status()).containsExactly(new Line(ONE, "one", State.PENDING));
    assertThat(migrations.apply(Older.REFUSE)).hasSize(1);
    assertThat(cli("migration", "list")).contains(listed(ONE, ONE));
  }

  @Test
  void theCliFetchesWhatRanHere() throws IOException {
    migrations.apply(Older.REFUSE);
    var file = project.resolve("supabase/migrations/" + ONE + "_one.sql");
    Files.delete(file);

    cli("migration", "fetch", "--yes");

    assertThat(file).content().isEqualToIgnoringWhitespace("create table public.one (a int);");
  }

  @Test
  void bothRefuseAFileOlderThanOneThatRan() throws IOException {
    migrations.apply(Older.REFUSE);
    write("20250101000000_older.sql", "select 1;");

    assertThatThrownBy(() -> cli("db", "push", "--yes")).hasMessageContaining("--include-all");
    assertThatThrownBy(() -> migrations.apply(Older.REFUSE)).hasMessageContaining("--include-all");
  }

  private String cli(String... command) {
    var line = new String[command.length + 3];
    System.arraycopy(command, 0, line, 0, command.length);
    line[command.length] = remote;
    line[command.length + 1] = "--output-format";
    line[command.length + 2] = "json";
    return Node.supabase(project, line);
  }

  private void write(String name, String sql) throws IOException {
    Files.writeString(project.resolve("supabase/migrations").resolve(name), sql);
  }

  private String record() {
    return String.valueOf(
        TestPostgres.value(
            superuser, "select to_jsonb(m) from supabase_migrations.schema_migrations as m"));
  }

  private static String listed(String local, String remote) {
    return "\"local\":\"%s\",\"remote\":\"%s\"".formatted(local, remote);
  }
}
