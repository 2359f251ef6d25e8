-- Folders are listed by the roles that API requests run as, and by nobody else, as the other questions are.
revoke execute on function stabbur_storage.list_folder(text, text, text, integer, integer) from public;
grant execute on function stabbur_storage.list_folder(text, text, text, integer, integer)
  to anon, authenticated, service_role, supabase_storage_admin;
