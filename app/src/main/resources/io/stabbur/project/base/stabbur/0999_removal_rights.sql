-- When bytes may be removed is asked by what removes them, and by nobody else.
revoke execute on function stabbur_storage.removals_due() from public;
grant execute on function stabbur_storage.removals_due() to service_role, supabase_storage_admin;
