select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has no primary key: its rows cannot be told apart, upserted or replicated.', r.schema_name, r.name) as detail,
  format('no_primary_key_%s_%s', r.schema_name, r.name) as cache_key,
  case
    when exists (select from pg_catalog.pg_attribute a where a.attrelid = r.oid and a.attname = 'id' and not a.attisdropped)
      then format('alter table %I.%I add primary key (id);', r.schema_name, r.name)
    else format('alter table %I.%I add column id uuid primary key default gen_random_uuid();', r.schema_name, r.name)
  end as mend
from relations r
where r.relkind in ('r', 'p')
  and not exists (select from pg_catalog.pg_index i where i.indrelid = r.oid and i.indisprimary)
  and not exists (select from pg_catalog.pg_inherits h where h.inhrelid = r.oid)
