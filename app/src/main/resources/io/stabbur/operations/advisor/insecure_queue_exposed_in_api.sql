select n.nspname::text as schema_name, c.relname::text as name, 'table' as kind,
  format('Queue %s is served through pgmq_public and has no row-level security: whoever is signed in reads and takes its messages.', c.relname) as detail,
  format('insecure_queue_exposed_in_api_%s_%s', n.nspname, c.relname) as cache_key,
  format('alter table %I.%I enable row level security;', n.nspname, c.relname) as mend
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join given g
where n.nspname = 'pgmq' and c.relname ~ '^q_' and c.relkind in ('r', 'p') and not c.relrowsecurity and 'pgmq_public' = any (g.exposed)
  and exists (select from callers r where has_table_privilege(r.oid, c.oid, 'select'))
