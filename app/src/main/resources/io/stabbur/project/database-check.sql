select
  current_setting('server_version_num')::int / 10000 as version,
  current_setting('server_encoding') as encoding,
  clock_timestamp() as now,
  pg_catalog.pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only,
  r.rolsuper as is_superuser,
  r.rolsuper or r.rolbypassrls as bypasses,
  r.rolsuper or r.rolreplication as may_replicate,
  r.rolsuper or pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as has_statistics,
  pg_catalog.has_database_privilege(current_database(), 'CREATE') as may_create,
  (select pg_catalog.string_agg(n, ', ' order by n)
    from pg_catalog.unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) n
    where not exists (select from pg_catalog.pg_roles where rolname = n)) as missing_roles,
  (select coalesce(pg_catalog.bool_and(pg_catalog.pg_has_role(current_user, oid, 'member')), false)
    from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role')) as may_become,
  current_setting('wal_level') as wal_level,
  (select pg_catalog.string_agg(n, ', ' order by n)
    from pg_catalog.unnest(array['pgcrypto', 'uuid-ossp']) n
    where not exists (select from pg_catalog.pg_available_extensions where name = n)) as needed_extensions,
  (select pg_catalog.string_agg(n, ', ' order by n)
    from pg_catalog.unnest(array['pg_cron', 'pg_net', 'pg_trgm', 'pgjwt', 'postgis', 'vector']) n
    where not exists (select from pg_catalog.pg_available_extensions where name = n)) as usual_extensions,
  exists (select from pg_catalog.pg_settings where name = 'pg_stat_statements.max') as statements_loaded,
  current_setting('max_connections')::int
    - (select pg_catalog.count(*) from pg_catalog.pg_stat_activity where backend_type = 'client backend')::int as free_connections,
  coalesce((select ssl from pg_catalog.pg_stat_ssl where pid = pg_catalog.pg_backend_pid()), false) as encrypted,
  coalesce(pg_catalog.host(pg_catalog.inet_client_addr()) in ('127.0.0.1', '::1'), true) as local
from pg_catalog.pg_roles r
where r.rolname = current_user
