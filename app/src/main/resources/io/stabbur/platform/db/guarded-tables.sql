-- Tables of these names whose rows row policies choose, and views, which may read such tables or settings.
select c.oid
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where lower(c.relname) = any (?::text[])
  and (c.relrowsecurity or c.relkind = 'v')
  and n.nspname not in ('pg_catalog', 'information_schema')
limit 1
