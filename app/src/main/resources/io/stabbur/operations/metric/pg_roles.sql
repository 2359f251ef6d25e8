select r.rolname::text as rolname, r.rolconnlimit::float8 as connection_limit,
  case when isfinite(r.rolvaliduntil) then extract(epoch from r.rolvaliduntil)::float8 end as password_valid_until_timestamp_seconds
from pg_catalog.pg_roles r
where r.rolcanlogin
order by r.rolname
limit 50
