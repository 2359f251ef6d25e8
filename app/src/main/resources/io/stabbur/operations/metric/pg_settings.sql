select max(s.setting::float8) filter (where s.name = 'max_connections') as max_connections,
  max(s.setting::float8) filter (where s.name = 'superuser_reserved_connections') as superuser_reserved_connections,
  max(s.setting::float8) filter (where s.name = 'max_locks_per_transaction') as max_locks_per_transaction,
  max(s.setting::float8) filter (where s.name = 'max_replication_slots') as max_replication_slots,
  max(s.setting::float8) filter (where s.name = 'autovacuum_vacuum_scale_factor') as autovacuum_vacuum_scale_factor,
  max(s.setting::float8) filter (where s.name = 'autovacuum_vacuum_threshold') as autovacuum_vacuum_threshold,
  max(s.setting::float8) filter (where s.name = 'autovacuum_freeze_max_age') as autovacuum_freeze_max_age
from pg_catalog.pg_settings s
where s.vartype in ('integer', 'real')
