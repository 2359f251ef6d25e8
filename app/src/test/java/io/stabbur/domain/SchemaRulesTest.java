package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What must hold for every table, function and index of the schema, those to come included.
class SchemaRulesTest {
  private static final String OPEN_TABLES =
      """
      select c.relname || ': ' || concat_ws(', ',
        case when not c.relrowsecurity then 'row-level security is off' end,
        case when not c.relforcerowsecurity then 'row-level security is not forced' end,
        case when not exists (select from pg_policy p where p.polrelid = c.oid) then 'no policy' end)
      from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (not c.relrowsecurity or not c.relforcerowsecurity
          or not exists (select from pg_policy p where p.polrelid = c.oid))
      order by 1""";

  private final Owner owner = new Owner(TestServer.shared());

  @Test
  void everyTableHasForcedRowLevelSecurityAndAPolicy() {
    assertThat(owner.texts(OPEN_TABLES)).isEmpty();
  }

  @Test
  void aNewTableWithoutThemWouldBeFound() {
    var found =
        inATransactionThatIsTakenBack(
            OPEN_TABLES,
            "create table public.new_table (id uuid primary key)",
            "create table public.open_table (id uuid primary key)",
            "alter table public.open_table enable row level security",
            "alter table public.open_table force row level security");

    assertThat(found)
        .containsExactly(
            "new_table: row-level security is off, row-level security is not forced, no policy",
            "open_table: no policy");
  }

  @Test
  void policiesReadClaimsInsideScalarSubSelects() {
    assertThat(
            owner.texts(
                """
                select tablename || '.' || policyname from pg_policies
                where schemaname = 'public'
                  and regexp_replace(coalesce(qual, '') || coalesce(with_check, ''),
                    '\\( SELECT private\\.[a-z_]+\\([^()]*(\\([^()]*\\))?[^()]*\\) AS [a-z_]+\\)', '', 'g') ~ 'private\\.|auth\\.'"""))
        .isEmpty();
  }

  @Test
  void everyColumnThatAPolicyAsksForIsIndexed() {
    assertThat(
            owner.texts(
                """
                select distinct c.relname || '.' || a.attname
                from pg_depend d
                join pg_policy p on p.oid = d.objid
                join pg_class c on c.oid = p.polrelid and c.relnamespace = 'public'::regnamespace
                join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid
                  and a.attnum > 0
                  and not exists (select from pg_index i where i.indrelid = p.polrelid and a.attnum = any (i.indkey))"""))
        .isEmpty();
  }

  @Test
  void everyIndexOfAnOrganizationsRowsBeginsWithTheOrganization() {
    assertThat(
            owner.texts(
                """
                select i.indexrelid::regclass::text
                from pg_index i
                join pg_class c on c.oid = i.indrelid
                join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not i.indisunique
                  and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'organization_id')
                  and a.attname <> 'organization_id'"""))
        .isEmpty();
  }

  @Test
  void functionsWithMoreRightsThanTheirCallerFixTheirSearchPath() {
    assertThat(
            owner.texts(
                """
                select oid::regprocedure::text from pg_proc
                where prosecdef and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
                  and not coalesce(array_to_string(proconfig, ','), '') like '%search_path=%'"""))
        .isEmpty();
  }

  @Test
  void theTokenHookIsForTheAccountKeeperAlone() {
    assertThat(
            owner.texts(
                """
                select r.rolname from pg_roles r
                where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin')
                  and has_function_privilege(r.rolname, 'public.custom_access_token_hook(jsonb)', 'execute')"""))
        .containsExactly("supabase_auth_admin");
  }

  @Test
  void noApiRoleMayChangeTheAuditLog() {
    assertThat(
            owner.texts(
                """
                select r.rolname || ' ' || p from pg_roles r, unnest(array['insert', 'update', 'delete', 'truncate']) p
                where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
                  and has_table_privilege(r.rolname, 'public.audit_log', p)"""))
        .isEmpty();
  }

  @Test
  void theMatrixKnowsEveryTable() {
    var known = PolicyMatrix.cells().stream().map(PolicyMatrix.Cell::table).distinct().toList();

    assertThat(
            owner.texts(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"))
        .allMatch(known::contains);
  }

  private List<String> inATransactionThatIsTakenBack(String question, String... changes) {
    var answer = new java.util.ArrayList<String>();
    try {
      TestServer.shared()
          .project()
          .admin()
          .transaction(
              io.stabbur.platform.db.Actor.of("postgres"),
              io.stabbur.platform.db.Access.WRITE,
              tx -> {
                for (var change : changes) {
                  tx.update(io.stabbur.platform.sql.Statement.of(change));
                }
                answer.addAll(
                    tx.list(
                        io.stabbur.platform.sql.Statement.of(question), rows -> rows.getString(1)));
                throw new TakeBack();
              });
    } catch (TakeBack _) {
      return answer;
    }
    return List.of();
  }

  private static final class TakeBack extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
