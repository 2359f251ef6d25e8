select pg_catalog.format_type(c.castsource, null) as source,
  pg_catalog.format_type(c.casttarget, null) as target,
  n.nspname as schema,
  p.proname as name
from pg_catalog.pg_cast c
join pg_catalog.pg_proc p on p.oid = c.castfunc
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_type source on source.oid = c.castsource
join pg_catalog.pg_type target on target.oid = c.casttarget
where c.castcontext = 'i'
  and c.castmethod = 'f'
  and pg_catalog.has_function_privilege(c.castfunc, 'execute')
  and ((source.typtype = 'd' and c.casttarget in ('json'::regtype, 'text'::regtype))
    or (target.typtype = 'd' and c.castsource in ('json'::regtype, 'text'::regtype)))
union all
-- domains of encrypted columns, marked by a comment
select pg_catalog.format_type(c.casttarget, null), 'never compared', n.nspname, p.proname
from pg_catalog.pg_cast c
join pg_catalog.pg_proc p on p.oid = c.castfunc
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_type target on target.oid = c.casttarget
where target.typtype = 'd' and c.castsource = 'text'::regtype and c.castmethod = 'f'
  and pg_catalog.obj_description(p.oid, 'pg_proc') like 'Never compared:%'
