-- What `alter role … set …` says of the roles this login may assume and it does not have anyway. What only a superuser may set
-- stays out, and so does the search path: whoever asks brings it.
select r.rolname, s.name, s.value
from pg_catalog.pg_db_role_setting d
join pg_catalog.pg_roles r on r.oid = d.setrole
cross join lateral (
  select pg_catalog.split_part(c, '=', 1) as name, pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) as value
  from pg_catalog.unnest(d.setconfig) c
) s
left join pg_catalog.pg_settings g on g.name = s.name
where d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
  and r.rolname <> session_user
  and pg_catalog.pg_has_role(session_user, r.oid, 'member')
  and (g.context = 'user' or s.name like '%.%')
  and s.name <> 'search_path'
  and pg_catalog.current_setting(s.name, true) is distinct from s.value
order by d.setdatabase
