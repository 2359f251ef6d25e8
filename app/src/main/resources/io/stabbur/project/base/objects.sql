-- Everything of our own that others can take away, a line each: schemas, relations and their columns,
-- functions, triggers on the tables of a Supabase project, roles, rights on all of these, and which roles
-- own tables of a Supabase project. Names do not depend on the search path.
with api_role as (
  select oid, rolname from pg_catalog.pg_roles
   where rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin', 'supabase_storage_admin',
     'supabase_realtime_admin')
  union all
  select 0, 'public'
), own as (
  select oid, nspname, nspacl from pg_catalog.pg_namespace
   where nspname in ('stabbur', 'stabbur_auth', 'stabbur_storage', 'stabbur_organization')
), relation as (
  select c.oid, c.relacl, own.nspname || '.' || c.relname as name
    from pg_catalog.pg_class c join own on own.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v') and not c.relispartition
     and not (own.nspname = 'stabbur' and c.relname = 'base_objects')
), routine as (
  select p.oid, p.proacl, own.nspname || '.' || p.proname || '(' || coalesce((
           select string_agg(t.typname, ',' order by a.place)
             from unnest(p.proargtypes) with ordinality a (type, place)
             join pg_catalog.pg_type t on t.oid = a.type), '') || ')' as name
    from pg_catalog.pg_proc p join own on own.oid = p.pronamespace
), rights as (
  select 'schema ' || nspname as name, acl.* from own, pg_catalog.aclexplode(nspacl) acl
  union all
  select 'table ' || name, acl.* from relation, pg_catalog.aclexplode(relacl) acl
  union all
  select 'function ' || name, acl.* from routine, pg_catalog.aclexplode(proacl) acl
)
select 'schema ' || nspname as identity from own
union all
select 'table ' || name from relation
union all
select 'column ' || r.name || '.' || a.attname
  from relation r join pg_catalog.pg_attribute a on a.attrelid = r.oid
 where a.attnum > 0 and not a.attisdropped
union all
select 'function ' || name from routine
union all
select 'trigger ' || t.tgname || ' on ' || n.nspname || '.' || c.relname
  from pg_catalog.pg_trigger t
  join routine on routine.oid = t.tgfoid
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where not t.tgisinternal
   and (n.nspname in ('auth', 'storage') or n.oid in (select oid from own))
union all
select 'role ' || rolname from api_role where oid <> 0
union all
select distinct 'right ' || privilege_type || ' on ' || name || ' for ' || rolname
  from rights join api_role on api_role.oid = grantee
union all
select distinct 'right to own in ' || n.nspname || ' for ' || r.rolname
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join api_role r on r.oid = c.relowner
 where n.nspname in ('auth', 'storage', 'realtime') and c.relkind in ('r', 'p', 'v')
