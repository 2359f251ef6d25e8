select 'pg_catalog' as schema_name, p.pubname::text as name, 'publication' as kind,
  format('Publication %s has all tables: those to come are published, too.', p.pubname) as detail,
  format('publication_of_all_tables_%s', p.pubname) as cache_key,
  format('drop publication %I; create publication %I for table …;', p.pubname, p.pubname) as mend
from pg_catalog.pg_publication p
where p.puballtables and p.pubname = 'supabase_realtime'
