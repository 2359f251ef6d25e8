-- The schemas of the platform whose rows belong to the project: all but what passes (messages of Realtime) and what is not the
-- project's (how a move goes, the appliance's control database).
select n.nspname
from pg_catalog.pg_namespace n
where (n.nspname in ('auth', 'storage', 'supabase_migrations', 'supabase_functions', 'cron', 'net', 'vault', 'stabbur')
    or n.nspname like 'stabbur\_%' and n.nspname not in ('stabbur_moving', 'stabbur_moved', 'stabbur_control'))
  and pg_catalog.has_schema_privilege(n.oid, 'usage')
order by 1
