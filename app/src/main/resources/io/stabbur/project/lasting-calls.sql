-- Whether a statement without its white space calls a function whose definition matches a pattern.
select exists (
  select from pg_catalog.pg_proc p
  where p.prokind in ('f', 'p')
    and p.prolang in (select oid from pg_catalog.pg_language where lanname in ('sql', 'plpgsql'))
    and case when pg_catalog.strpos(t.gist, pg_catalog.lower(p.proname) || '(') > 0
          then pg_catalog.pg_get_functiondef(p.oid) ~* t.pattern end)
from (values (?::text, ?::text)) t (gist, pattern)
