select r.rolname as role,
  substr(s.text, strpos(s.text, '=') + 1) as value
from pg_catalog.pg_auth_members m
join pg_catalog.pg_roles r on r.oid = m.roleid
cross join lateral unnest(r.rolconfig) s (text)
where m.member = (select oid from pg_catalog.pg_roles where rolname = current_user)
  and s.text like 'default\_transaction\_isolation=%'
