package io.stabbur.operations.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.project.SchemaSetup;
import io.stabbur.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Faults planted in a real database: each is found by its name, and nothing else is. All kinds
/// that splinter knows are among them, and many that it misses.
class PlantedFaultsTest {
  private static final Pattern EXPECTED = Pattern.compile("(?m)^-- finds (\\S+)$");
  private static final String PLANTED = SqlFile.of(PlantedFaultsTest.class, "planted");
  private static final String BY_SUPERUSER =
      SqlFile.of(PlantedFaultsTest.class, "planted_by_superuser");

  private static Login superuser = SchemaSetup.newBase();
  private static Login owner = superuser;

  @BeforeAll
  static void plant() {
    owner = TestPostgres.as("postgres", superuser);
    TestPostgres.execute(owner, PLANTED);
    TestPostgres.execute(superuser, BY_SUPERUSER);
    TestPostgres.execute(superuser, "vacuum analyze public.bloated");
    TestPostgres.execute(superuser, "analyze public.read_often");
    TestPostgres.execute(
        superuser,
        "do $$ begin for i in 1..100 loop perform count(*) from public.read_often; end loop; end $$;"
            + " select pg_stat_force_next_flush()");
  }

  @AfterAll
  static void leaveNoSlot() {
    TestPostgres.execute(
        superuser,
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name ="
            + " 'forgotten'");
  }

  private static Report report(String... schemas) {
    try (var database = Database.open(owner)) {
      return Advisor.report(database, List.of(schemas));
    }
  }

  /// A key without the hash of a function's text.
  private static String key(Finding finding) {
    return finding.key().replaceFirst("_[0-9a-f]{32}$", "_MD5");
  }

  private static List<String> expected(String sql) {
    return EXPECTED.matcher(sql).results().map(each -> each.group(1)).toList();
  }

  @Test
  void eachIsFoundByNameAndNothingElse() {
    var report = report("public", "pgmq_public");

    assertThat(report.unjudged()).isEmpty();
    assertThat(report.open().stream().map(PlantedFaultsTest::key))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(PLANTED, BY_SUPERUSER).flatMap(sql -> expected(sql).stream()).toList());
    assertThat(report.open()).hasSizeGreaterThan(50);
  }

  @Test
  void eachHasASentenceAndAMend() {
    assertThat(report("public").open())
        .allSatisfy(
            finding -> {
              assertThat(finding.detail()).endsWith(".");
              assertThat(finding.mend()).isNotBlank().doesNotContain("null.");
            });
  }

  /// The mend of a finding, where it is SQL that runs as it stands, ends the finding.
  @Test
  void mendsEndWhatTheyAreFor() {
    var mendable =
        report("public").open().stream()
            .filter(
                each ->
                    List.of(
                            Lint.UNINDEXED_FOREIGN_KEYS,
                            Lint.SECURITY_DEFINER_VIEW,
                            Lint.POLICY_EXISTS_RLS_DISABLED,
                            Lint.MATERIALIZED_VIEW_IN_API,
                            Lint.FUNCTION_SEARCH_PATH_MUTABLE,
                            Lint.DUPLICATE_INDEX,
                            Lint.AUTH_RLS_INITPLAN,
                            Lint.RLS_UPDATE_MOVES_ROWS,
                            Lint.NO_PRIMARY_KEY,
                            Lint.RLS_DISABLED_OUTSIDE_API)
                        .contains(each.lint()))
            .filter(each -> !each.mend().contains("…"))
            .toList();
    assertThat(mendable).hasSizeGreaterThan(10);
    var copy = SchemaSetup.newBase();
    var copyOwner = TestPostgres.as("postgres", copy);
    TestPostgres.execute(copyOwner, PLANTED);
    mendable.forEach(finding -> TestPostgres.execute(copyOwner, finding.mend()));

    try (var database = Database.open(copyOwner)) {
      assertThat(Advisor.report(database, List.of("public")).open())
          .extracting(Finding::key)
          .doesNotContainAnyElementsOf(mendable.stream().map(Finding::key).toList());
    }
  }

  @Test
  void rolesAndSchemasThatOpenEverything() {
    var other = SchemaSetup.newBase();
    var otherOwner = TestPostgres.as("postgres", other);
    TestPostgres.execute(
        otherOwner,
        """
        create table public.own (id uuid primary key, owner_id uuid);
        alter table public.own enable row level security;
        create policy own on public.own to authenticated using (owner_id = (select auth.uid()));
        grant create on schema public to authenticated;
        insert into auth.users (id, is_anonymous) values (gen_random_uuid(), true)""");
    TestPostgres.execute(
        other,
        """
        alter role anon bypassrls;
        drop publication if exists supabase_realtime;
        create publication supabase_realtime for all tables;
        alter table storage.objects disable row level security;
        alter table realtime.messages disable row level security;
        insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
        values (987654, 'pg_graphql', 10, 'extensions'::regnamespace, false, '1');
        select pg_create_physical_replication_slot('forgotten', true)""");
    try (var database = Database.open(otherOwner)) {
      assertThat(
              Advisor.report(database, List.of("public", "auth")).open().stream()
                  .filter(each -> !each.schema().equals("auth") || each.kind().equals("schema"))
                  .collect(Collectors.toMap(Finding::key, Finding::level)))
          .containsExactlyInAnyOrderEntriesOf(
              Map.ofEntries(
                  Map.entry("api_role_bypasses_rls_anon", Level.ERROR),
                  Map.entry("schema_creatable_by_api_role_public", Level.ERROR),
                  Map.entry("publication_of_all_tables_supabase_realtime", Level.WARN),
                  Map.entry("storage_objects_without_rls_objects", Level.ERROR),
                  Map.entry("realtime_messages_without_rls", Level.ERROR),
                  Map.entry("internal_schema_exposed_auth", Level.ERROR),
                  Map.entry("auth_allow_anonymous_sign_ins_public_own", Level.INFO),
                  Map.entry("pg_graphql_anon_table_exposed_public_own", Level.WARN),
                  Map.entry("pg_graphql_authenticated_table_exposed_public_own", Level.WARN),
                  Map.entry("unused_replication_slot_forgotten", Level.WARN)));
    } finally {
      TestPostgres.execute(other, "alter role anon nobypassrls");
      leaveNoSlot();
    }
  }

  @Test
  void whatIsAcceptedIsToldApartUntilItsDay() {
    TestPostgres.execute(
        owner,
        """
        insert into stabbur.accepted_findings (finding, because, until) values
          ('no_primary_key_public_keyless', 'it is a log', null),
          ('rls_enabled_no_policy_public_closed', 'the migration comes', current_date + 1),
          ('autovacuum_disabled_public_dusty', 'an experiment', current_date - 1)""");
    try {
      var report = report("public");

      assertThat(report.open())
          .extracting(Finding::key)
          .contains("autovacuum_disabled_public_dusty")
          .doesNotContain("no_primary_key_public_keyless", "rls_enabled_no_policy_public_closed");
      assertThat(report.findings().stream().filter(each -> !each.isOpen()))
          .hasSize(2)
          .anySatisfy(
              each -> assertThat(each.accepted().orElseThrow().because()).isEqualTo("it is a log"));
    } finally {
      TestPostgres.execute(owner, "delete from stabbur.accepted_findings");
    }
  }

  @Test
  void policiesAreSaidInPlainWords() {
    var words =
        report("public").tables().stream()
            .flatMap(
                table -> table.policies().stream().map(each -> table.name() + ": " + each.text()))
            .toList();

    assertThat(words)
        .contains(
            "people: signed-in users read rows where id is the caller",
            "w1: signed-in users add every row",
            "w9: signed-in users read only rows where owner_id is the caller",
            "i1: signed-in users change rows where status is 'draft'",
            "posts: everybody read rows where is_published");
  }
}
