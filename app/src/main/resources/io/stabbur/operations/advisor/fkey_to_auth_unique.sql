select r.schema_name, r.name, 'table' as kind,
  format('Foreign key %s of %s.%s refers to a column of %s that is not its key: a change of Auth may break it.', k.conname, r.schema_name, r.name, k.confrelid::regclass) as detail,
  format('fkey_to_auth_unique_%s_%s_%s', r.schema_name, r.name, k.conname) as cache_key,
  format('alter table %I.%I drop constraint %I; -- then refer to auth.users (id)', r.schema_name, r.name, k.conname) as mend
from pg_catalog.pg_constraint k
join relations r on r.oid = k.conrelid
join pg_catalog.pg_class f on f.oid = k.confrelid and f.relnamespace = to_regnamespace('auth')
join pg_catalog.pg_index i on i.indexrelid = k.conindid and not i.indisprimary
where k.contype = 'f'
