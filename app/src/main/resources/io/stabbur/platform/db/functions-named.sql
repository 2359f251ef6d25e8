-- Functions that somebody wrote: those of these names, or without names those declared immutable that are not our own.
select p.oid::text, n.nspname, case when p.prosqlbody is null then p.prosrc else pg_catalog.pg_get_function_sqlbody(p.oid) end
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where case when cardinality(?::text[]) = 0
    then p.provolatile = 'i' and n.nspname not in ('auth', 'net', 'realtime', 'storage') and n.nspname not like 'stabbur%'
    else lower(p.proname) = any (?::text[]) end
  and l.lanname not in ('internal', 'c') and n.nspname not in ('pg_catalog', 'information_schema')
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
