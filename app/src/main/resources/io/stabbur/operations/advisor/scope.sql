with given as (select ?::text[] as exposed),
-- schemas that belong to the people of the project; an exposed one always counts
schemas as (
  select n.oid, n.nspname::text as name, n.nspname = any (g.exposed) as is_exposed
  from pg_catalog.pg_namespace n, given g
  where n.nspname = any (g.exposed)
    or (n.nspname !~ '^(pg_|stabbur|_timescaledb|supabase_|_realtime|_analytics)' and n.nspname not in (
      'information_schema', 'auth', 'storage', 'realtime', 'extensions', 'cron', 'net', 'graphql', 'graphql_public', 'vault', 'pgsodium',
      'pgsodium_masks', 'pgmq', 'pgmq_public', 'pgroonga', 'pgtle', 'pgbouncer', 'repack', 'tiger', 'topology'))
),
callers as (
  select r.oid, r.rolname::text as name from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated')
),
relations as (
  select c.oid, s.name as schema_name, c.relname::text as name, c.relkind, s.is_exposed, c.relrowsecurity as has_rls, c.relowner as owner,
    c.reloptions as options, c.reltuples as rows,
    array(
      select r.name from callers r
      where has_schema_privilege(r.oid, c.relnamespace, 'usage') and has_any_column_privilege(r.oid, c.oid, 'select')) as readers,
    array(
      select r.name from callers r
      where has_schema_privilege(r.oid, c.relnamespace, 'usage')
        and (has_any_column_privilege(r.oid, c.oid, 'insert, update') or has_table_privilege(r.oid, c.oid, 'delete'))) as writers,
    array(
      select r.name from callers r
      where has_schema_privilege(r.oid, c.relnamespace, 'usage')
        and (has_any_column_privilege(r.oid, c.oid, 'select, insert, update') or has_table_privilege(r.oid, c.oid, 'delete'))) as users
  from pg_catalog.pg_class c
  join schemas s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),
routines as (
  select p.oid, s.name as schema_name, p.proname::text as name, s.is_exposed, p.prosecdef as is_definer, p.prosrc as source, p.proconfig as settings,
    p.prorettype as result, p.prosqlbody is not null as is_parsed, l.lanname::text as language, p.prokind as kind,
    pg_get_function_identity_arguments(p.oid) as arguments,
    array(
      select r.name from callers r
      where has_schema_privilege(r.oid, p.pronamespace, 'usage') and has_function_privilege(r.oid, p.oid, 'execute')) as callers
  from pg_catalog.pg_proc p
  join schemas s on s.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  where not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
)
