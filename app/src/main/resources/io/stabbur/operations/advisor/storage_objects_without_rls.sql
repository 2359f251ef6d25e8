select 'storage' as schema_name, c.relname::text as name, 'table' as kind,
  format('Row-level security of storage.%s is off: every file of every bucket is everybody''s.', c.relname) as detail,
  format('storage_objects_without_rls_%s', c.relname) as cache_key,
  format('alter table storage.%I enable row level security;', c.relname) as mend
from pg_catalog.pg_class c
where c.oid in (to_regclass('storage.objects'), to_regclass('storage.buckets')) and not c.relrowsecurity
