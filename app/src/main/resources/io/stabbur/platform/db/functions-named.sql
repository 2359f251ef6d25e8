-- Functions that somebody wrote, with whether their text can be read, and an aggregate as the text that calls its functions. First
-- those declared immutable that are not our own; then those that are called by these names, and those of one row that go by these
-- words, for `row.word` calls them.
select p.oid::text, p.prokind = 'a' or l.lanname in ('sql', 'plpgsql'),
  case when p.prokind = 'a' then (
      select string_agg(quote_ident(f.proname) || '()', ' ')
      from pg_catalog.pg_aggregate a
      join pg_catalog.pg_proc f on f.oid in (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
      where a.aggfnoid = p.oid)
    when p.prosqlbody is null then p.prosrc
    else pg_catalog.pg_get_function_sqlbody(p.oid) end
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
cross join (select ?::boolean, ?::text[], ?::text[]) asked (first, calls, words)
where case when asked.first then p.provolatile = 'i' and p.prokind = 'f'
      and n.nspname not in (
        'auth', 'net', 'realtime', 'storage', 'stabbur', 'stabbur_auth', 'stabbur_organization', 'stabbur_storage')
    else lower(p.proname) = any (asked.calls)
      or lower(p.proname) = any (asked.words) and p.pronargs = 1
        and exists (select from pg_catalog.pg_type t where t.oid = p.proargtypes[0] and t.typtype = 'c') end
  and n.nspname not in ('pg_catalog', 'information_schema')
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
