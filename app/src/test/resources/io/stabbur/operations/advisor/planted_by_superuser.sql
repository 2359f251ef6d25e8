-- Faults that only a superuser can plant.
-- finds foreign_table_in_api_public_far_away
create extension postgres_fdw schema extensions;
create server elsewhere foreign data wrapper postgres_fdw;
create foreign table public.far_away (id uuid) server elsewhere;
grant select on public.far_away to anon;
-- finds invalid_index_public_people_people_broken
create index people_broken on public.people (name, id);
update pg_index set indisvalid = false where indexrelid = 'public.people_broken'::regclass;
-- finds pg17_deprecated_extensions_plv8
insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
values (987654, 'plv8', 10, 'extensions'::regnamespace, false, '3');
-- finds rls_bypassed_by_owner_public_theirs
create table public.theirs (id uuid primary key, owner_id uuid);
alter table public.theirs enable row level security;
create policy own on public.theirs for select to authenticated using (owner_id = (select auth.uid()));
alter table public.theirs owner to authenticated;
-- finds unused_index_public_read_often_never_used
create table public.read_often (id int primary key, other int, owner_id uuid);
alter table public.read_often enable row level security;
create policy own on public.read_often for select to authenticated using (owner_id = (select auth.uid()));
create index never_used on public.read_often (other);
insert into public.read_often select n, n from generate_series(1, 2000) n;
-- finds table_bloat_public_bloated
create table public.bloated (id int primary key, filler text, owner_id uuid) with (autovacuum_enabled = on);
alter table public.bloated enable row level security;
create policy own on public.bloated for select to authenticated using (owner_id = (select auth.uid()));
alter table public.bloated alter column filler set storage plain;
insert into public.bloated select n, repeat('x', 1000) from generate_series(1, 26000) n;
delete from public.bloated where id % 100 > 0;
