package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
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
      order by 1\
      """;

  /// Columns of primary keys that an API role may update without the trigger that refuses it.
  private static final String CHANGEABLE_KEYS =
      """
      select c.relname || '.' || a.attname || ': ' || string_agg(r.rolname, ', ' order by r.rolname)
      from pg_class c
      join pg_index i on i.indrelid = c.oid and i.indisprimary
      join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
      join pg_roles r on r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
        and has_column_privilege(r.oid, c.oid, a.attnum, 'update')
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not exists (
          select from pg_trigger t
          where t.tgrelid = c.oid and t.tgfoid = 'private.refuse_key_change'::regproc and t.tgenabled in ('O', 'A')
            -- before each row, on update of any column
            and t.tgtype & 19 = 19 and t.tgtype & 64 = 0 and cardinality(t.tgattr::int2[]) = 0
            and (t.tgqual is null or pg_get_triggerdef(t.oid) ~ ('\\(old\\.' || a.attname || ' IS DISTINCT FROM new\\.' || a.attname || '\\)')))
      group by c.relname, a.attname order by 1\
      """;

  /// Columns that a deletion tells every subscriber, though they say more than that a row is gone.
  private static final String TELLING_IDENTITIES =
      """
      select c.relname || '.' || a.attname
      from pg_publication_tables p
      join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where p.pubname = 'supabase_realtime' and p.schemaname = 'public'
        and (c.relreplident = 'f' or exists (
          select from pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey)
            and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident end))
        -- a key that is drawn, and refers to nothing
        and (a.atttypid <> 'uuid'::regtype or pg_get_expr(d.adbin, d.adrelid) is distinct from 'gen_random_uuid()'
          or exists (select from pg_constraint f where f.contype = 'f' and f.conrelid = c.oid and a.attnum = any (f.conkey)))
      order by 1\
      """;

  // a server of its own: on the shared one other tests make tables
  private static final TestServer SERVER = TestServer.start(Map.of());

  private final Owner owner = new Owner(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

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
  void noApiRoleMayChangeAPrimaryKey() {
    assertThat(owner.texts(CHANGEABLE_KEYS)).isEmpty();
  }

  @Test
  void aNewTableWhosePrimaryKeyMayChangeWouldBeFound() {
    var found =
        inATransactionThatIsTakenBack(
            CHANGEABLE_KEYS,
            "create table public.new_table (id uuid, key text, primary key (id, key))",
            "create table public.half_fixed (id uuid, key text, primary key (id, key))",
            """
            create trigger a_key before update on public.half_fixed for each row
            when (old.key is distinct from new.key) execute function private.refuse_key_change()\
            """,
            "create table public.fixed (id uuid, key text, primary key (id, key))",
            "select private.fix_key('public.fixed')",
            "create table public.unfixed (id uuid primary key)",
            "select private.fix_key('public.unfixed')",
            "alter table public.unfixed disable trigger a_key");

    var roles = ": anon, authenticated, service_role";
    assertThat(found)
        .containsExactly(
            "half_fixed.id" + roles,
            "new_table.id" + roles,
            "new_table.key" + roles,
            "unfixed.id" + roles);
  }

  @Test
  void deletionsOfPublishedTablesTellSubscribersNothingButThatARowIsGone() {
    assertThat(owner.texts(TELLING_IDENTITIES)).isEmpty();
  }

  @Test
  void aNewPublishedTableWhoseDeletionsTellMoreWouldBeFound() {
    var found =
        inATransactionThatIsTakenBack(
            TELLING_IDENTITIES,
            "create table public.silent (id uuid primary key default gen_random_uuid(), word text)",
            "create table public.whole (id uuid primary key default gen_random_uuid(), word text)",
            "alter table public.whole replica identity full",
            "create table public.named (word text primary key)",
            "create table public.member (id uuid primary key default gen_random_uuid() references"
                + " public.profiles)",
            "alter publication supabase_realtime add table public.silent, public.whole,"
                + " public.named, public.member");

    assertThat(found).containsExactly("member.id", "named.word", "whole.word");
  }

  @Test
  void policiesReadClaimsInsideScalarSubSelects() {
    assertThat(
            owner.texts(
                """
                select tablename || '.' || policyname from pg_policies
                where schemaname = 'public'
                  and regexp_replace(coalesce(qual, '') || coalesce(with_check, ''),
                    '\\( SELECT private\\.[a-z_]+\\([^()]*(\\([^()]*\\))?[^()]*\\) AS [a-z_]+\\)', '', 'g') ~ 'private\\.|auth\\.'\
                """))
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
                  and not exists (select from pg_index i where i.indrelid = p.polrelid and a.attnum = any (i.indkey))\
                """))
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
                  and a.attname <> 'organization_id'\
                """))
        .isEmpty();
  }

  @Test
  void functionsWithMoreRightsThanTheirCallerFixTheirSearchPath() {
    assertThat(
            owner.texts(
                """
                select oid::regprocedure::text from pg_proc
                where prosecdef and pronamespace in ('public'::regnamespace, 'private'::regnamespace)
                  and not coalesce(array_to_string(proconfig, ','), '') like '%search_path=%'\
                """))
        .isEmpty();
  }

  @Test
  void theTokenHookIsForTheAccountKeeperAlone() {
    assertThat(
            owner.texts(
                """
                select r.rolname from pg_roles r
                where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin')
                  and has_function_privilege(r.rolname, 'public.custom_access_token_hook(jsonb)', 'execute')\
                """))
        .containsExactly("supabase_auth_admin");
  }

  @Test
  void noApiRoleMayChangeTheAuditLog() {
    assertThat(
            owner.texts(
                """
                select r.rolname || ' ' || p from pg_roles r, unnest(array['insert', 'update', 'delete', 'truncate']) p
                where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
                  and has_table_privilege(r.rolname, 'public.audit_log', p)\
                """))
        .isEmpty();
  }

  @Test
  void theMatrixKnowsEveryTable() {
    var known = PolicyMatrix.cells().stream().map(PolicyMatrix.Cell::table).distinct().toList();

    assertThat(
            owner.texts(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and"
                    + " relkind in ('r', 'p')"))
        .allMatch(known::contains);
  }

  private List<String> inATransactionThatIsTakenBack(String question, String... changes) {
    var answer = new java.util.ArrayList<String>();
    try {
      SERVER
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
