select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s is published to realtime (%s) and has no row-level security: every subscriber is told of every change.', r.schema_name, r.name,
    string_agg(distinct p.pubname::text, ', ')) as detail,
  format('published_table_without_rls_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter table %I.%I enable row level security;', r.schema_name, r.name) as mend
from relations r
join pg_catalog.pg_publication_tables p on p.schemaname = r.schema_name and p.tablename = r.name and p.pubname = 'supabase_realtime'
where not r.has_rls and r.readers <> '{}'
group by r.schema_name, r.name
