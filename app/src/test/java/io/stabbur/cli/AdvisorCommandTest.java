package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.SchemaSetup;
import io.stabbur.testing.TestPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `stabbur advisor` and `stabbur probe`, against a running server and against a database alone.
class AdvisorCommandTest {
  private final CommandServer server = CommandServer.shared();

  /// A database that no server serves, with an open table.
  private static String openDatabase() {
    var superuser = SchemaSetup.newBase();
    var owner = TestPostgres.as("postgres", superuser);
    TestPostgres.execute(
        owner,
        """
        create table public.open_notes (id uuid primary key default gen_random_uuid(), tenant_id uuid not null, body text);
        create table public.own_notes (id uuid primary key default gen_random_uuid(), tenant_id uuid not null, body text);
        alter table public.own_notes enable row level security;
        create policy tenants on public.own_notes to authenticated using (tenant_id::text = (select auth.jwt() ->> 'tenant_id'))""");
    return DatabaseUrl.of(owner);
  }

  @Test
  void ofTheShippedSchemaThereIsNothingToSay() {
    assertThat(server.run("advisor"))
        .isEqualTo("no errors, no warnings, no notes in public; 8 accepted (--all).\n");
    assertThat(server.run("advisor", "--all"))
        .contains(
            "ERROR  security_definer_view_public_org_stats\n",
            "accepted, because its condition names the organizations");
    assertThat(server.run("advisor", "--tables"))
        .contains("public.contacts  row-level security on\n  read by authenticated, written by")
        .contains("own_read              signed-in users read rows where id is the caller\n");
  }

  @Test
  void whatIsWrongIsToldWithItsMendAndAnExitCode() {
    var url = openDatabase();

    var found = Commands.run("", "advisor", "--db-url", url);
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.output())
        .startsWith(
            "ERROR  rls_disabled_in_public_public_open_notes\n       Table public.open_notes")
        .contains("       mend:  alter table public.open_notes enable row level security;\n")
        .endsWith("1 error, no warnings, no notes in public.\n");
    assertThat(Commands.run("", "advisor", "--db-url", url, "--fail-on", "never").code()).isZero();
    var json = Commands.run("", "advisor", "--db-url", url, "-o", "json").output();
    assertThat(RunningServer.rows(Json.parse(json), "findings"))
        .first()
        .satisfies(finding -> assertThat(RunningServer.text(finding, "level")).isEqualTo("ERROR"));
    TestPostgres.execute(
        DatabaseUrl.parse(url).login(), "alter table public.open_notes enable row level security");
    assertThat(Commands.run("", "advisor", "--db-url", url).code()).isZero();
  }

  @Test
  void acceptingIsALineForAMigration() {
    assertThat(
            Commands.run(
                    "",
                    "advisor",
                    "accept",
                    "no_primary_key_public_log",
                    "--because",
                    "it's a log",
                    "--until",
                    "2027-06-30")
                .output())
        .contains("values ('no_primary_key_public_log', 'it''s a log', '2027-06-30')");
    assertThat(Commands.run("", "advisor", "accept", "x", "--because", " ").errors())
        .contains("--because is empty");
  }

  @Test
  @Tag("nightly")
  void theProbeTriesARunningServersDatabase() {
    assertThat(server.run("probe"))
        .contains("public.contacts", "bucket documents", "topics of the other")
        .endsWith("None of 25 things leak.\n");
  }

  @Test
  void theProbeTakesCallersByHand() {
    var url = openDatabase();
    var claims =
        "{\"sub\": \"0000000%d-0000-4000-8000-000000000000\", \"tenant_id\": \"1000000%d-0000-4000-8000-000000000000\"}";

    var ended =
        Commands.run(
            "",
            "probe",
            "--db-url",
            url,
            "--as",
            claims.formatted(1, 1),
            "--as",
            claims.formatted(2, 2));

    assertThat(ended.errors()).isEmpty();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains(
            "public.open_notes",
            "LEAK  public.open_notes  anon, no member sees, changes, removes, adds what is another",
            "LEAK  public.open_notes  caller sees, changes, removes, adds, moves into what is another",
            "1 of ");
    assertThat(Commands.run("", "probe", "--db-url", url).errors())
        .contains("give the claims of two callers with --as");
    assertThat(Commands.run("", "probe", "--db-url", url, "--as", "nonsense").errors())
        .contains("--as takes a JSON object");
  }
}
