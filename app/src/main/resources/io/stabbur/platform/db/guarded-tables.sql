-- Tables of these names whose rows row policies choose, foreign tables, and views, which may read such tables or settings.
select c.oid
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where pg_catalog.lower(c.relname) = any (?::text[])
  and (c.relrowsecurity or c.relkind in ('f', 'v'))
  and n.nspname <> 'information_schema'
limit 1
