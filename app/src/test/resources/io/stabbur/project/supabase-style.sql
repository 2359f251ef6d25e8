-- What migrations written for Supabase commonly do, as one script that runs as postgres.

create extension if not exists pg_trgm with schema extensions;
create extension if not exists "uuid-ossp";
create extension if not exists citext;
create extension if not exists moddatetime schema extensions;

create type public.mood as enum ('well', 'unwell');

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  key uuid default uuid_generate_v4(),
  secret text default encode(gen_random_bytes(8), 'hex'),
  display_name text,
  nickname citext,
  mood public.mood,
  updated_at timestamptz default now()
);
alter table public.profiles enable row level security;
alter table public.profiles replica identity full;
create index on public.profiles using gin (display_name extensions.gin_trgm_ops);
create policy "own profile" on public.profiles for all to authenticated
  using ((select auth.uid()) = id) with check ((select auth.uid()) = id);

create trigger set_updated_at before update on public.profiles
  for each row execute procedure moddatetime (updated_at);

-- a row for every new account
create function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, display_name) values (new.id, new.raw_user_meta_data ->> 'name');
  return new;
end;
$$;
create trigger on_auth_user_created after insert on auth.users
  for each row execute function public.handle_new_user();

-- files
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true) on conflict (id) do nothing;
create policy "own folder" on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = auth.uid()::text);
create policy "anyone looks" on storage.objects for select using (bucket_id = 'avatars');

-- channels
create policy "hear room 1" on realtime.messages for select to authenticated using (realtime.topic() = 'room:1');
create policy "speak in room 1" on realtime.messages for insert to authenticated
  with check (realtime.topic() = 'room:1');
create function public.profile_changed() returns trigger
language plpgsql security definer as $$
begin
  perform realtime.broadcast_changes('room:1', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
  return null;
end;
$$;
create trigger profile_changes after insert or update or delete on public.profiles
  for each row execute function public.profile_changed();
drop publication if exists supabase_realtime;
create publication supabase_realtime;
alter publication supabase_realtime add table public.profiles;

-- the access token hook
create function public.custom_access_token_hook(event jsonb) returns jsonb
language plpgsql stable as $$ begin return event; end $$;
grant usage on schema public to supabase_auth_admin;
grant execute on function public.custom_access_token_hook to supabase_auth_admin;
revoke execute on function public.custom_access_token_hook from authenticated, anon, public;
grant select on auth.users to service_role;

-- roles, schemas, views
create schema private;
grant usage on schema private to authenticated;
create view public.people with (security_invoker = true) as select id, display_name from public.profiles;
alter role authenticated set statement_timeout = '10s';
