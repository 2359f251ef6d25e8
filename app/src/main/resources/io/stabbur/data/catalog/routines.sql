with recursive roots (id, root) as (
  select t.oid, t.oid from pg_catalog.pg_type t where t.typtype <> 'd'
  union all
  select d.oid, r.root from roots r join pg_catalog.pg_type d on d.typbasetype = r.id and d.typtype = 'd'
),
arguments as (
  select p.oid as id, u.place, coalesce(u.name, '') as name, u.type, coalesce(u.mode, 'i') as mode,
    count(*) filter (where coalesce(u.mode, 'i') in ('i', 'b', 'v')) over (partition by p.oid order by u.place) as input
  from pg_catalog.pg_proc p
  cross join lateral unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes)
    with ordinality u (type, name, mode, place)
  where p.pronamespace in (select n.oid from pg_catalog.pg_namespace n where n.nspname = any (?))
),
inputs as (
  select a.id,
    array_agg(a.name order by a.place) as names,
    array_agg(pg_catalog.format_type(a.type, null) order by a.place) as types,
    array_agg(
      case a.type
        when 'bit'::regtype then 'bit varying'
        when 'bit[]'::regtype then 'bit varying[]'
        when 'character'::regtype then 'character varying'
        when 'character[]'::regtype then 'character varying[]'
        else pg_catalog.format_type(a.type, null)
      end order by a.place) as loose_types,
    array_agg(a.input::int order by a.place) as places,
    array_agg(a.mode = 'v' order by a.place) as variadic,
    array_agg((a.name || E'\x01' || pg_catalog.format_type(a.type, null)) collate "C" order by a.place) as declared,
    count(*) filter (where a.name = '') as unnamed,
    bool_and(a.type in ('bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype))
      and count(*) = 1 as takes_body
  from arguments a
  where a.mode in ('i', 'b', 'v')
  group by a.id
),
outputs as (
  select a.id,
    array_agg(a.name order by a.place) as names,
    array_agg(base.typname::text order by a.place) as base_names
  from arguments a
  join roots on roots.id = a.type
  join pg_catalog.pg_type base on base.oid = roots.root
  where a.mode in ('o', 'b', 't')
  group by a.id
)
select p.oid::bigint as id,
  n.nspname as schema,
  p.proname as name,
  pg_catalog.obj_description(p.oid, 'pg_proc') as comment,
  coalesce(i.names, '{}') as names,
  coalesce(i.types, '{}') as types,
  coalesce(i.loose_types, '{}') as loose_types,
  coalesce(i.places, '{}') as places,
  coalesce(i.variadic, '{}') as variadic,
  p.pronargs - p.pronargdefaults as required,
  p.proretset as returns_set,
  result.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false) as returns_composite,
  resultns.nspname as result_schema,
  coalesce(resultrel.relname, result.typname) as result_name,
  p.provolatile::text as volatility,
  coalesce(p.proconfig, '{}') as config,
  coalesce(o.names, '{}') as out_names,
  coalesce(o.base_names, '{}') as out_bases
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join roots on roots.id = p.prorettype
join pg_catalog.pg_type result on result.oid = roots.root
join pg_catalog.pg_namespace resultns on resultns.oid = result.typnamespace
left join pg_catalog.pg_class resultrel on resultrel.oid = result.typrelid
left join inputs i on i.id = p.oid
left join outputs o on o.id = p.oid
where n.nspname = any (?)
  and p.prokind = 'f'
  and p.prorettype <> 'trigger'::regtype
  and (coalesce(i.unnamed, 0) = 0 or i.takes_body)
-- overloads as PostgREST lists them: by the number of their parameters, comment, names and types of parameters
order by 2, 3, p.pronargs, pg_catalog.obj_description(p.oid, 'pg_proc') collate "C" nulls first, i.declared, p.oid
