-- Settings that a project's owner changes on a hosted project although Postgres asks for a superuser.
-- Runs as superuser.

-- To restore a dump without firing triggers, and to look into slow statements.
grant set on parameter
  session_replication_role, log_lock_waits, log_min_duration_statement, log_min_messages, log_statement,
  track_io_timing, pg_stat_statements.track, pg_stat_statements.track_utility
  to postgres;

-- The data API's settings, kept as settings of its login role.
grant authenticator to postgres with admin option;
grant set on parameter
  pgrst.db_schemas, pgrst.db_extra_search_path, pgrst.db_max_rows, pgrst.db_pre_request,
  pgrst.db_aggregates_enabled, pgrst.db_plan_enabled, pgrst.db_root_spec, pgrst.db_tx_end,
  pgrst.db_hoisted_tx_settings, pgrst.openapi_mode, pgrst.openapi_security_active,
  pgrst.server_timing_enabled, pgrst.server_cors_allowed_origins
  to postgres;
