select n.nspname as schema,
  p.proname as name,
  coalesce(p.proargnames, '{}') as names,
  coalesce(p.proargmodes::text[], '{}') as modes,
  coalesce(p.proallargtypes::bigint[], p.proargtypes::oid[]::bigint[]) as types,
  p.pronargs - p.pronargdefaults as required,
  p.prorettype::bigint as result,
  p.proretset as is_set,
  p.prorows = 1 as is_one_row,
  pg_catalog.pg_get_function_identity_arguments(p.oid) as signature
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.prokind = 'f' and n.nspname = any (?)
  and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
order by n.nspname, p.proname collate "C", pg_catalog.pg_get_function_identity_arguments(p.oid) collate "C"
