select r.schema_name, r.name, 'table' as kind,
  format('Autovacuum is off for %s.%s: dead rows stay, and transaction ids run out.', r.schema_name, r.name) as detail,
  format('autovacuum_disabled_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter table %I.%I reset (autovacuum_enabled);', r.schema_name, r.name) as mend
from relations r
where array_to_string(r.options, ',') ~* 'autovacuum_enabled=(false|off|0|no)'
