-- A schema without organizations.
create table public.notes (id uuid primary key default gen_random_uuid(), text text not null default '');

-- What a transaction of a caller is handed.
create function public.handed() returns jsonb
language sql stable as $$
  select jsonb_object_agg(name, current_setting(name, true))
  from unnest(array['stabbur.keys', 'request.jwt.claim.sub', 'request.jwt.claim.user_role', 'request.jwt.claim.organization_id']) as name
  where nullif(current_setting(name, true), '') is not null
$$;
