with settings as (
  select r.rolname as role,
    substr(s.text, 1, strpos(s.text, '=') - 1) as name,
    substr(s.text, strpos(s.text, '=') + 1) as value
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles r on r.oid = m.roleid
  cross join lateral unnest(r.rolconfig) s (text)
  where m.member = (select oid from pg_catalog.pg_roles where rolname = current_user)
)
select s.role, s.name, s.value
from settings s
join pg_catalog.pg_settings p on p.name = s.name
where p.context = 'user' or pg_catalog.has_parameter_privilege(p.name, 'set')
