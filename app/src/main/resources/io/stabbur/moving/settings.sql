-- What is set for this database, for roles, and for roles in this database, which counts more and comes later; of superusers
-- nothing, and nothing that a move sets.
select r.rolname, pg_catalog.split_part(s.setting, '=', 1),
  pg_catalog.substr(s.setting, pg_catalog.strpos(s.setting, '=') + 1)
from pg_catalog.pg_db_role_setting d
  cross join lateral pg_catalog.unnest(d.setconfig) s (setting)
  left join pg_catalog.pg_roles r on r.oid = d.setrole
where d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
  and not coalesce(r.rolsuper, false)
  and s.setting !~ '^default_transaction_read_only='
  and s.setting ~ '^[A-Za-z0-9_.]+='
order by 1, d.setdatabase <> 0, 2
