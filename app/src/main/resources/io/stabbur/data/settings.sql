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
  from unnest(array[
    'db_aggregates_enabled', 'client_error_verbosity', 'db_anon_role', 'db_extra_search_path', 'db_max_rows',
    'db_plan_enabled', 'db_pre_request', 'db_root_spec', 'db_schemas', 'db_tx_end', 'db_hoisted_tx_settings',
    'openapi_mode', 'openapi_security_active', 'openapi_server_proxy_uri', 'server_trace_header',
    'server_timing_enabled', 'url_use_legacy_target_names'
  ]) as key
)
select distinct on (name) substr(name, 7) as name, value
from kept
where name like 'pgrst.%' and nullif(value, '') is not null
order by name, place desc nulls last
