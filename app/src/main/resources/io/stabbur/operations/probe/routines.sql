select f.schema_name, f.name, f.is_definer, f.callers, f.arguments,
  array(select format_type(a.type, null) from unnest(p.proargtypes) with ordinality as a (type, place) order by a.place) as types,
  array(
    select coalesce(p.proargnames[a.place], '')
    from generate_series(1, coalesce(cardinality(p.proallargtypes), p.pronargs)) as a (place)
    where p.proargmodes is null or p.proargmodes[a.place] in ('i', 'b', 'v') order by a.place) as names,
  p.pronargdefaults as defaults
from routines f
join pg_catalog.pg_proc p on p.oid = f.oid
where f.is_exposed and f.kind = 'f' and f.callers <> '{}' and f.result not in ('trigger'::regtype, 'event_trigger'::regtype)
  and not exists (select from unnest(p.proargtypes) as a (type) where a.type::regtype in ('internal', 'anyelement', 'anyarray'))
order by 1, 2, 5
