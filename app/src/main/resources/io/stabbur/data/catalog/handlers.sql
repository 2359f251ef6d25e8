with media as (
  select d.oid as id, d.typname as name, n.nspname as schema
  from pg_catalog.pg_type d
  join pg_catalog.pg_namespace n on n.oid = d.typnamespace
  where d.typtype = 'd'
    and (d.typname ~* '^[a-z0-9.-]+/[a-z0-9.+-]+$' or d.typname = '*/*')
)
select fn.nspname as schema,
  p.proname as name,
  case when argument.typname = 'anyelement' then null else argumentns.nspname end as target_schema,
  case when argument.typname = 'anyelement' then null else argument.typname end as target_name,
  m.name as media
from media m
join pg_catalog.pg_proc p on p.prorettype = m.id
join pg_catalog.pg_namespace fn on fn.oid = p.pronamespace
join pg_catalog.pg_aggregate g on g.aggfnoid = p.oid
join pg_catalog.pg_type argument on argument.oid = p.proargtypes[0]
join pg_catalog.pg_namespace argumentns on argumentns.oid = argument.typnamespace
left join pg_catalog.pg_class origin on origin.reltype = argument.oid and origin.relkind in ('r', 'p', 'v', 'm', 'f')
where fn.nspname = any (?)
  and p.pronargs = 1
  and (argument.typname = 'anyelement' or origin.oid is not null)
union all
select m.schema, m.name, fn.nspname, p.proname, m.name
from media m
join pg_catalog.pg_proc p on p.prorettype = m.id
join pg_catalog.pg_namespace fn on fn.oid = p.pronamespace
where fn.nspname = any (?)
  and p.prokind = 'f'
  and not p.proretset
