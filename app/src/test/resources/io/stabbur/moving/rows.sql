-- A project with one of everything that is hard to move; runs as postgres.
create extension if not exists citext with schema extensions;
create extension if not exists hstore with schema extensions;
create type public.mood as enum ('glad', 'Sad', 'it''s "so so"');
create domain public.grade as integer check (value between 1 and 6);
create table public.organizations (
  id uuid primary key default gen_random_uuid(), name text not null, slug extensions.citext unique
);
create table public.members (
  organization_id uuid not null references public.organizations on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role text not null default 'member',
  primary key (organization_id, user_id)
);
create function public.my_organizations() returns setof uuid language sql stable security definer set search_path = '' as $$
  select organization_id from public.members where user_id = (select auth.uid())
$$;
revoke execute on function public.my_organizations() from public, anon;
create table public.notes (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations,
  body text not null,
  words integer generated always as (length(body)) stored,
  feeling public.mood,
  mark public.grade,
  extra extensions.hstore,
  raw bytea,
  written timestamptz not null default '2026-01-02 03:04:05+00'
);
alter table public.notes enable row level security;
alter table public.organizations enable row level security;
alter table public.members enable row level security;
create policy "of my organizations" on public.notes for all to authenticated
  using (organization_id in (select public.my_organizations())) with check (organization_id in (select public.my_organizations()));
create policy own on public.members for select to authenticated using (user_id = (select auth.uid()));
create policy mine on public.organizations for select to authenticated using (id in (select public.my_organizations()));
revoke all on public.notes from anon;
grant select (id, body) on public.notes to anon;
create index notes_of on public.notes (organization_id, written desc) where mark is not null;

-- names that need quotes
create schema "Other Schema";
create table "Other Schema"."Ta""ble" ("Key" integer primary key, "select" text, "päivä; --" date);
grant usage on schema "Other Schema" to authenticated;
grant select on "Other Schema"."Ta""ble" to authenticated;

-- no primary key, nothing but nulls, every kind of separator
create table public.loose (a text, b numeric, c double precision, d interval, e jsonb, f text[]);
-- two that refer to each other
create table public.hens (id integer primary key, egg integer);
create table public.eggs (id integer primary key, hen integer references public.hens deferrable initially deferred);
alter table public.hens add foreign key (egg) references public.eggs;
-- partitions
create table public.events (at date not null, what text) partition by range (at);
create table public.events_2025 partition of public.events for values from ('2025-01-01') to ('2026-01-01');
create table public.events_2026 partition of public.events for values from ('2026-01-01') to ('2027-01-01');
create table public.events_rest partition of public.events default;
-- inheritance, sequence, views
create table public.base (id serial primary key, label text);
create table public.derived (more text) inherits (public.base);
create sequence public.tickets start 1000 increment 5;
create sequence public.returns start 5;
create view public.open_notes with (security_invoker = true) as select id, body from public.notes;
create materialized view public.note_counts as select organization_id, count(*) from public.notes group by 1;
create unique index on public.note_counts (organization_id);
create materialized view public.never_filled as select 1 as one with no data;

create table public.profiles (id uuid primary key references auth.users, email text);
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email) values (new.id, new.email) on conflict do nothing;
  return new;
end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
create function public.shout() returns trigger language plpgsql as $$ begin new.body := upper(new.body); return new; end $$;
create trigger shouting before insert on public.notes for each row when (new.mark = 1) execute function public.shout();
do $$ begin
  if to_regrole('reporting') is null then
    create role reporting;
  end if;
end $$;
grant select on public.note_counts to reporting;
grant reporting to authenticator;
alter role reporting login;
select lo_create(0);
alter default privileges in schema public revoke all on tables from anon;
alter publication supabase_realtime add table public.notes;
comment on table public.notes is 'What "people" write; it''s theirs';

insert into supabase_migrations.schema_migrations values ('20250101000000', '{"select 1"}', 'first'), ('20250102000000', null, 'second');
create policy "own files" on storage.objects for select to authenticated using (bucket_id = 'objects' and owner_id = (select auth.uid())::text);
