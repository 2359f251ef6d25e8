-- A project may want to know when an API key or a program's token is made, used or revoked, for an audit log of its own: its
-- function public.credential_changed_hook(jsonb), if there is one, is called in the same transaction. It is told no secret.
-- It runs with the rights of this function's owner, so only one that this owner made is called.
create function stabbur.tell_of_credential() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  secrets constant text[] := array['hash', 'public_key'];
begin
  if exists (
    select from pg_catalog.pg_proc p
    where p.oid = to_regprocedure('public.credential_changed_hook(jsonb)') and pg_has_role(p.proowner, current_user, 'USAGE'))
  then
    execute 'select public.credential_changed_hook($1)' using jsonb_build_object(
      'kind', tg_argv[0],
      'before', case when tg_op = 'UPDATE' then to_jsonb(old) - secrets end,
      'after', to_jsonb(new) - secrets);
  end if;
  return null;
end $$;
create trigger tell_of_credential after insert or update on stabbur.application_tokens
  for each row execute function stabbur.tell_of_credential('application_token');
create trigger tell_of_credential after insert or update on stabbur.api_keys
  for each row execute function stabbur.tell_of_credential('api_key');
