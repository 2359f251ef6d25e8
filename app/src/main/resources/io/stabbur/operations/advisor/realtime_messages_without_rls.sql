select 'realtime' as schema_name, 'messages' as name, 'table' as kind,
  'Row-level security of realtime.messages is off: private channels are open to everybody.' as detail,
  'realtime_messages_without_rls' as cache_key,
  'alter table realtime.messages enable row level security;' as mend
from pg_catalog.pg_class c
where c.oid = to_regclass('realtime.messages') and not c.relrowsecurity
