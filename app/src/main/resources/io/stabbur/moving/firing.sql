-- The triggers with a function of some schemas that fire for rows that are replicated.
select pg_catalog.format('%s on %s', t.tgname, t.tgrelid::pg_catalog.regclass)
from pg_catalog.pg_trigger t
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace and n.nspname = any (?)
where not t.tgisinternal and t.tgenabled in ('A', 'R')
order by 1
