select r.schema_name, r.name, 'table' as kind,
  format('Index %s of %s.%s is invalid: its making failed, reads do not use it and writes keep it up to date.', c.relname, r.schema_name, r.name) as detail,
  format('invalid_index_%s_%s_%s', r.schema_name, r.name, c.relname) as cache_key,
  format('reindex index concurrently %I.%I;', r.schema_name, c.relname) as mend
from relations r
join pg_catalog.pg_index i on i.indrelid = r.oid and not i.indisvalid
join pg_catalog.pg_class c on c.oid = i.indexrelid
where not exists (select from pg_catalog.pg_stat_progress_create_index g where g.index_relid = i.indexrelid)
