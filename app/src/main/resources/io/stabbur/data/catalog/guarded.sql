-- Relations whose rows depend on row security: tables that have it, and views that read one of them, at any depth.
with recursive guarded (id) as (
  select c.oid from pg_catalog.pg_class c where c.relrowsecurity
  union
  select v.oid
  from guarded g
  join pg_catalog.pg_depend d
    on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = g.id
    and d.classid = 'pg_catalog.pg_rewrite'::regclass
  join pg_catalog.pg_rewrite r on r.oid = d.objid
  join pg_catalog.pg_class v on v.oid = r.ev_class and v.relkind = 'v'
)
select n.nspname as schema, c.relname as name
from guarded g
join pg_catalog.pg_class c on c.oid = g.id
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
