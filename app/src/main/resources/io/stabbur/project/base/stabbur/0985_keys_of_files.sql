-- The keys of encrypted files, and what buckets promise, belong to the role that storage.objects belongs to:
-- `drop owned by postgres` would leave files that nobody can read. The owner of the project has all rights as a
-- member of that role; on a hosted project, where it is none, they stay its own.
do $$
declare
  kept text;
begin
  if not pg_has_role(current_user, 'supabase_storage_admin', 'usage') then
    return;
  end if;
  grant create on schema stabbur_storage to supabase_storage_admin;
  foreach kept in array array['object_keys', 'object_key_parts', 'bucket_rules', 'signature_generations'] loop
    execute format('alter table stabbur_storage.%I owner to supabase_storage_admin', kept);
    execute format('grant all on stabbur_storage.%I to supabase_storage_admin', kept);
  end loop;
  revoke create on schema stabbur_storage from supabase_storage_admin;
end $$;
