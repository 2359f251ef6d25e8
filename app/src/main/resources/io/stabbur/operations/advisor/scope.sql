with recursive given as (select ?::text[] as exposed),
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
),
bodies as materialized (
  -- the name from its last quotation mark on, as a call in quotation marks is found
  select p.oid, substring(lower(p.proname) from '[^"]*$') as word, coalesce(p.prosrc, '') as source
  from pg_catalog.pg_proc p
  join schemas s on s.oid = p.pronamespace
),
-- who calls whom, by name alone; names are compared and never become patterns
calls as materialized (
  select distinct b.oid as caller, c.oid as callee
  from bodies b
  cross join pg_catalog.regexp_matches(b.source, '(?:\m([[:alpha:]_][\w$]*)|"([^"]*)")\s*\(', 'g') as m (words)
  join bodies c on c.word = lower(coalesce(m.words[1], m.words[2]))
),
-- functions that ask who calls, themselves or by what they call
asking as (
  select b.oid from bodies b where b.source ~* '(auth\.(uid|jwt|role|email)\s*\(|request\.jwt|request\.headers|session_user)'
  union
  select c.caller from asking a join calls c on c.callee = a.oid
),
-- functions that read metadata that users write, themselves or by what they call
trusting as (
  select b.oid from bodies b where b.source ~* 'user_metadata|raw_user_meta_data'
  union
  select c.caller from trusting t join calls c on c.callee = t.oid
)
