-- Tables of the project's own schemas with one row at most for each account, keyed by the account's id, which a trigger
-- makes; it may make one for some accounts alone, such as administrators. Columns that number themselves stay as they are.
select n.nspname::text, c.relname::text, a.attname::text,
  array(
    select w.attname::text from pg_catalog.pg_attribute w
    where w.attrelid = c.oid and w.attnum > 0 and not w.attisdropped and w.attgenerated = '' and w.attidentity <> 'a'
    order by w.attnum),
  array(
    select p.column_name::text from stabbur.personal_columns p where p.table_schema = n.nspname and p.table_name = c.relname)
from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and k.conkey = array[a.attnum]
  join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary and i.indnkeyatts = 1 and i.indkey[0] = a.attnum
where k.contype = 'f' and k.confrelid = 'auth.users'::regclass and k.confdeltype = 'c'
  and n.nspname <> all (array['auth', 'storage', 'realtime', 'vault', 'cron', 'net']) and n.nspname not like 'stabbur%'
  and exists (
    select from pg_catalog.pg_trigger t join pg_catalog.pg_proc f on f.oid = t.tgfoid
    where t.tgrelid = 'auth.users'::regclass and not t.tgisinternal and t.tgtype & 4 = 4
      and f.prosrc ~* ('insert\s+into\s+("?' || n.nspname || '"?\.)?"?' || c.relname || '"?\M'))
order by 1, 2
