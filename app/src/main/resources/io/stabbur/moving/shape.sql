-- What some schemas consist of, a line for each thing, in words that do not change between versions of Postgres.
with schemas as (select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname = any (?)),
relations as (
  select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, n.nspname
  from schemas n join pg_catalog.pg_class c on c.relnamespace = n.oid
  where not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
)
select pg_catalog.format('relation %s.%s kind %s row security %s %s', nspname, relname, relkind, relrowsecurity, relforcerowsecurity)
from relations where relkind <> 't'
union all
select pg_catalog.format('column %s.%s.%s %s not null %s default %s identity %s generated %s', r.nspname, r.relname, a.attname,
  pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated)
from relations r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
where r.relkind in ('r', 'p', 'v', 'm')
union all
select pg_catalog.format('constraint %s on %s.%s %s %s', k.conname, r.nspname, r.relname, k.contype, k.convalidated)
from relations r join pg_catalog.pg_constraint k on k.conrelid = r.oid and k.contype <> 'n'
union all
select pg_catalog.format('trigger %s on %s.%s %s', t.tgname, r.nspname, r.relname, t.tgenabled)
from relations r join pg_catalog.pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
  and t.tgname not in ('stabbur_moved', 'stabbur_moved_whole')
union all
select pg_catalog.format('policy %s on %s.%s %s %s %s using %s check %s', p.policyname, p.schemaname, p.tablename, p.permissive,
  p.roles, p.cmd, p.qual, p.with_check)
from schemas n join pg_catalog.pg_policies p on p.schemaname = n.nspname
union all
select pg_catalog.format('routine %s definer %s %s', p.oid::pg_catalog.regprocedure, p.prosecdef, pg_catalog.md5(p.prosrc))
from schemas n join pg_catalog.pg_proc p on p.pronamespace = n.oid
where not exists (
  select from pg_catalog.pg_depend d
  where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
union all
select pg_catalog.format('type %s %s %s', t.oid::pg_catalog.regtype, t.typtype,
  (select pg_catalog.string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid))
from schemas n join pg_catalog.pg_type t on t.typnamespace = n.oid and t.typtype in ('e', 'd', 'r')
order by 1
