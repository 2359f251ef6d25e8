-- The roles that rights and policies of this database name, those that come with Postgres or the platform apart.
select distinct r.rolname
from pg_catalog.pg_shdepend d
  join pg_catalog.pg_roles r on r.oid = d.refobjid
where d.dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.deptype in ('a', 'r')
  and not r.rolsuper and r.rolname not like 'pg\_%' and r.rolname not like 'supabase\_%'
  and r.rolname not like 'cli\_login\_%' and r.rolname not in ('dashboard_user', 'pgbouncer', 'pgtle_admin')
order by 1
