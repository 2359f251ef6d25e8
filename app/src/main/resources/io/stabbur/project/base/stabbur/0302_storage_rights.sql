-- The questions a request asks of the policies are asked by the roles that API requests run as, and by nobody
-- else; a role of one's own that is to use the Storage API is granted usage and execute like these. On a hosted
-- project service_role keeps the rows, for there nobody can become supabase_storage_admin.
revoke usage on schema stabbur_storage from public;
grant usage on schema stabbur_storage to anon, authenticated, service_role, supabase_storage_admin;

revoke execute on all functions in schema stabbur_storage from public;
grant execute on function
  stabbur_storage.try_upload(text, text, text, jsonb, jsonb, boolean),
  stabbur_storage.upsert_as_caller(text, text, text, uuid, jsonb, jsonb),
  stabbur_storage.try_move(text, text, text, text, text),
  stabbur_storage.may_look(text, text),
  stabbur_storage.iso(timestamptz)
  to anon, authenticated, service_role, supabase_storage_admin;
grant execute on function
  stabbur_storage.commit_upload(text, text, text, text, jsonb, jsonb, boolean),
  stabbur_storage.commit_move(text, text, text, text, text, text, text)
  to service_role;
grant all on stabbur_storage.byte_removals, stabbur_storage.resumable_uploads to service_role;
