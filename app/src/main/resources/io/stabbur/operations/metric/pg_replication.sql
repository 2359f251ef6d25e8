select pg_catalog.pg_is_in_recovery()::int::float8 as is_replica,
  case when not pg_catalog.pg_is_in_recovery() then 0
    else greatest(0, extract(epoch from clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())) end::float8 as lag_seconds
