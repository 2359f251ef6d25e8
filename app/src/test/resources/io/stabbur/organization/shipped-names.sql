-- The names of the shipped schema: relations, columns, labels of enums, roles, buckets and functions. Without those that our own
-- schemas, Supabase's or Postgres' have too, and without columns, labels and buckets of one word but for the roles and buckets.
with relation as (
  select c.oid, c.relname::text as name, n.nspname::text as home from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
), ours as (
  select name from relation where home not in ('public', 'private')
  union
  select a.attname::text from pg_attribute a join relation r on r.oid = a.attrelid where r.home not in ('public', 'private', 'pg_catalog', 'information_schema')
  union
  select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname not in ('public', 'private')
), shipped as (
  select name from relation where home in ('public', 'private')
  union
  select a.attname::text from pg_attribute a join relation r on r.oid = a.attrelid
  where r.home in ('public', 'private') and a.attnum > 0 and a.attname like '%\_%'
  union
  select e.enumlabel::text from pg_enum e join pg_type t on t.oid = e.enumtypid join pg_namespace n on n.oid = t.typnamespace
  where n.nspname = 'public' and (e.enumlabel like '%\_%' or t.typname = 'app_role')
  union
  select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'private') and p.proname like '%\_%'
    -- the hooks that Stabbur asks by name, and the functions of the contract
    and p.proname not like '%\_hook'
    and p.proname not in ('add_organization', 'change_organization', 'require_may_add', 'add_member', 'ask_consent', 'change_member',
      'remove_member', 'export_person', 'erase_person')
  union
  select b.id from storage.buckets b
  union
  values ('private'), ('global_admin'), ('epikrise')
)
select name from shipped except select name from ours order by 1
