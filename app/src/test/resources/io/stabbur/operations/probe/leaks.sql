-- Leaks planted into the shipped schema, each in a thing of its own. Runs as postgres, in a database of its own.

-- a policy with a hole: whoever has an account
create table public.holed (id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations, body text);
alter table public.holed enable row level security;
create policy members on public.holed for select to authenticated using (organization_id = (select private.organization()));
create policy hole on public.holed for select to authenticated using (body is not null and (select auth.uid()) is not null);

-- rows can be moved to another organization
create table public.movable (id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations, body text);
alter table public.movable enable row level security;
create policy members on public.movable to authenticated using (organization_id = (select private.organization())) with check (true);

-- changed by everybody without being read
create table public.blind (id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations, body text);
alter table public.blind enable row level security;
create policy members on public.blind for select to authenticated using (organization_id = (select private.organization()));
create policy everybody on public.blind for update to authenticated using (true);
create policy everybody_removes on public.blind for delete to authenticated using (true);

-- a view with its owner's rights
create view public.all_contacts as select c.id, c.organization_id from public.contacts c;

-- a materialized view
create materialized view public.counted as select c.organization_id, count(*) as n from public.contacts c group by 1;

-- a function with its owner's rights
create function public.contacts_of(organization uuid) returns setof uuid language sql stable security definer set search_path = '' as $$
  select c.id from public.contacts c where c.organization_id = contacts_of.organization and auth.uid() is not null $$;

-- one that changes
create function public.wipe(contact uuid) returns void language sql security definer set search_path = '' as $$
  update public.contacts set deleted_at = now() where id = wipe.contact and auth.uid() is not null $$;

-- a bucket for whoever has an account
insert into storage.buckets (id, name) values ('shared', 'shared');
create policy shared_for_all on storage.objects for select to authenticated using (bucket_id = 'shared' and (select auth.uid()) is not null);

-- a topic for whoever has an account
create policy everybody_hears on realtime.messages for select to authenticated using ((select realtime.topic()) like 'room:%');

-- a trigger that copies rows to where everybody reads
create table public.board (id bigint generated always as identity primary key, line text);
alter table public.board enable row level security;
create policy everybody on public.board for select to authenticated using (true);
create table public.desk (id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations, body text);
alter table public.desk enable row level security;
create policy members on public.desk to authenticated using (organization_id = (select private.organization()));
create function private.tell() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.board (line) select d.organization_id::text from public.desk d;
  return null;
end $$;
create trigger tell after insert on public.desk for each row execute function private.tell();

-- a schema that is exposed by mistake
create schema office;
grant usage on schema office to authenticated;
create table office.papers (id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations, body text);
grant select on office.papers to authenticated;
