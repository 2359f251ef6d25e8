with kept as (
  select s.setdatabase as place,
    substr(c.text, 1, strpos(c.text, '=') - 1) as name,
    substr(c.text, strpos(c.text, '=') + 1) as value
  from pg_catalog.pg_db_role_setting s
  cross join lateral unnest(s.setconfig) as c (text)
  where s.setrole = (select oid from pg_catalog.pg_roles where rolname = current_user)
    and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
  union all
  select null, 'pgrst.' || key, current_setting('pgrst.' || key, true)
  from unnest(?) as key
)
select distinct on (name) substr(name, 7) as name, value
from kept
where name like 'pgrst.%' and nullif(value, '') is not null
order by name, place desc nulls last
