package io.stabbur.operations.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.project.SchemaSetup;
import io.stabbur.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The shipped schema under the probe, with leaks planted and without.
class IsolationProbeTest {
  private static final String LEAKS = SqlFile.of(IsolationProbeTest.class, "leaks");
  private final Login superuser = SchemaSetup.newMigrated();
  private Login owner = superuser;

  @BeforeEach
  void shipped() {
    owner = TestPostgres.as("postgres", superuser);
  }

  private static Matrix probe(Login login, List<String> schemas, JsonNode... claims) {
    try (var database = Database.open(login)) {
      return IsolationProbe.run(database, schemas, List.of(claims));
    }
  }

  private static Map<String, String> deeds(Matrix matrix, String caller) {
    var found = new TreeMap<String, String>();
    for (var row : matrix.leaks()) {
      var reach = row.reaches().get(caller);
      if (reach != null && !reach.deeds().isEmpty()) {
        found.put(
            row.kind() + " " + row.name(),
            String.join(", ", reach.deeds().stream().map(Deed::word).toList())
                + ": "
                + reach.why());
      }
    }
    return found;
  }

  @Test
  void theShippedSchemaLeaksNothingAndKeepsNothing() {
    var before = counts();
    var matrix = probe(owner, List.of("public"));

    assertThat(matrix.leaks()).isEmpty();
    assertThat(matrix.unprobed()).isEmpty();
    assertThat(matrix.callers())
        .containsExactly("anon", "no member", "peer_mentor", "coordinator", "org_admin");
    assertThat(matrix.rows())
        .extracting(row -> row.kind() + " " + row.name())
        .contains(
            "table public.contacts",
            "view public.org_stats",
            "function public.accept_membership(text)",
            "bucket documents",
            "topics of the other",
            "triggers public.assignments");
    assertThat(counts()).isEqualTo(before);
  }

  private String counts() {
    return String.valueOf(
        TestPostgres.value(
            superuser,
            "select concat_ws(' ', (select count(*) from auth.users), (select count(*) from"
                + " public.organizations), (select count(*) from public.contacts), (select count(*)"
                + " from storage.objects), (select count(*) from public.audit_log))"));
  }

  @Test
  void plantedLeaksAreFoundWithTheirReasons() {
    TestPostgres.execute(owner, LEAKS);
    TestPostgres.execute(
        superuser,
        """
        create extension if not exists postgres_fdw schema extensions;
        create server elsewhere foreign data wrapper postgres_fdw;
        create foreign table public.far_away (id uuid) server elsewhere;
        grant select on public.far_away to authenticated\
        """);

    var matrix = probe(owner, List.of("public", "office"));

    assertThat(deeds(matrix, "coordinator"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("table public.holed", "sees: policy hole"),
                Map.entry("table public.movable", "adds, moves into: policy members"),
                Map.entry(
                    "table public.blind",
                    "changes, removes, moves into: policy everybody; policy everybody_removes"),
                Map.entry(
                    "view public.all_contacts",
                    "sees, changes, removes: the view reads with the rights of postgres"),
                Map.entry(
                    "materialized view public.counted",
                    "sees: policies do not bind a materialized view"),
                Map.entry(
                    "foreign table public.far_away", "sees: policies do not bind a foreign table"),
                Map.entry(
                    "function public.contacts_of(uuid)",
                    "sees: the function runs with its owner's rights"),
                Map.entry(
                    "function public.wipe(uuid)",
                    "changes: the function runs with its owner's rights"),
                Map.entry("bucket shared", "sees: policy shared_for_all"),
                Map.entry(
                    "topics of the other",
                    "hears: policy everybody_hears for room:ORGANIZATION; policy everybody_hears"
                        + " for room:ORGANIZATION:probe; …"),
                Map.entry("triggers public.desk", "sees, adds: trigger tell"),
                Map.entry("table office.papers", "sees: row-level security is off")));
    assertThat(deeds(matrix, "no member")).containsKey("table public.holed");
    assertThat(deeds(matrix, "anon"))
        .containsOnlyKeys(
            "view public.all_contacts",
            "materialized view public.counted",
            "foreign table public.far_away");
  }

  @Test
  @Tag("nightly")
  void whatFailedIsNotTakenForKeptOut() {
    TestPostgres.execute(
        owner,
        """
        create view public.fragile with (security_invoker) as select 1 / (extract(epoch from now()) * 0)::int as one;
        create function public.picky(wanted text) returns text language sql security definer set search_path = ''
          as $$ select c.display_name from public.profiles c where c.id::text = (wanted::jsonb ->> 'id') $$;
        grant select on public.fragile to authenticated; grant execute on function public.picky to authenticated\
        """);

    assertThat(probe(owner, List.of("public")).unprobed())
        .anySatisfy(line -> assertThat(line).contains("public.fragile", "division by zero"))
        .anySatisfy(line -> assertThat(line).contains("public.picky(text)", "json"))
        .hasSize(2);
  }

  @Test
  @Tag("nightly")
  void anAcceptedLeakIsNoneAnyMore() {
    TestPostgres.execute(
        owner,
        """
        create table public.directory (id uuid primary key, organization_id uuid references public.organizations);
        alter table public.directory enable row level security;
        create policy everybody on public.directory for select to authenticated using (true);
        insert into stabbur.accepted_findings values ('isolation_table_public.directory', 'everybody may know', null)\
        """);

    var matrix = probe(owner, List.of("public"));

    assertThat(matrix.leaks()).isEmpty();
    assertThat(matrix.rows())
        .filteredOn(row -> row.name().equals("public.directory"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(Objects.requireNonNull(row.reaches().get("no member")).deeds())
                    .containsExactly(Deed.SEES));
  }

  @Test
  void callersOfADatabaseWithoutAContractAreGivenByHand() {
    var plain = SchemaSetup.newBase();
    var plainOwner = TestPostgres.as("postgres", plain);
    TestPostgres.execute(
        plainOwner,
        """
        create table public.notes (id bigint generated always as identity primary key, tenant_id uuid not null, body text);
        alter table public.notes enable row level security;
        create policy tenants on public.notes to authenticated using (tenant_id::text = (select auth.jwt() -> 'app_metadata' ->> 'tenant_id'));
        create table public.todos (id bigint generated always as identity primary key, user_id uuid not null, body text);
        alter table public.todos enable row level security;
        create policy everybody on public.todos for select to authenticated using (true)\
        """);
    var template = "{\"sub\": \"%s\", \"app_metadata\": {\"tenant_id\": \"%s\"}}";
    var first = Json.parse(template.formatted(UUID.randomUUID(), UUID.randomUUID()));
    var second = Json.parse(template.formatted(UUID.randomUUID(), UUID.randomUUID()));

    assertThatThrownBy(() -> probe(plainOwner, List.of("public"))).hasMessageContaining("--as");
    assertThat(deeds(probe(plainOwner, List.of("public"), first, second), "caller"))
        .containsExactly(Map.entry("table public.todos", "sees: policy everybody"));
  }
}
