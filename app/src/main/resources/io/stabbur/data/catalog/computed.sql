with recursive roots (id, root) as (
  select t.oid, t.oid from pg_catalog.pg_type t where t.typtype <> 'd'
  union all
  select d.oid, r.root from roots r join pg_catalog.pg_type d on d.typbasetype = r.id and d.typtype = 'd'
)
select n.nspname as schema,
  p.proname as name,
  originns.nspname as origin_schema,
  origin.relname as origin_name,
  targetns.nspname as target_schema,
  target.relname as target_name,
  target.relkind in ('r', 'p', 'v', 'm', 'f') as is_relationship,
  not p.proretset or p.prorows = 1 as to_one,
  base.typname as base_name
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_class origin on origin.reltype = p.proargtypes[0] and origin.relkind in ('r', 'p', 'v', 'm', 'f')
join pg_catalog.pg_namespace originns on originns.oid = origin.relnamespace
join roots on roots.id = p.prorettype
join pg_catalog.pg_type base on base.oid = roots.root
left join pg_catalog.pg_class target on target.reltype = p.prorettype
left join pg_catalog.pg_namespace targetns on targetns.oid = target.relnamespace
where p.pronargs = 1
  and originns.nspname not in ('pg_catalog', 'information_schema')
