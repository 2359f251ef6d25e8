-- Faults, each with the key of the finding that must come of it. Nothing else may be found. Runs as postgres.
create table public.people (id uuid primary key default gen_random_uuid(), name text);
alter table public.people enable row level security;
create policy own on public.people for select to authenticated using (id = (select auth.uid()));

-- finds unindexed_foreign_keys_public_letters_letters_person_fkey
create table public.letters (id bigint generated always as identity primary key, person uuid references public.people, body text);
alter table public.letters enable row level security;
create policy own on public.letters for select to authenticated using (person = (select auth.uid()));

-- finds auth_users_exposed_public_addresses
-- finds security_definer_view_public_addresses
create view public.addresses as select u.id, u.email from auth.users u;
-- finds auth_users_exposed_public_addresses_again
-- finds security_definer_view_public_addresses_again
create view public.addresses_again as select a.email from public.addresses a;

-- finds auth_rls_init_plan_public_slow_notes_own
create table public.slow_notes (id uuid primary key, owner_id uuid);
alter table public.slow_notes enable row level security;
create policy own on public.slow_notes for select to authenticated using (owner_id = auth.uid());
-- a function of one's own is no cheaper, and splinter knows those of auth alone
-- finds auth_rls_init_plan_public_slower_notes_own
create schema helpers;
grant usage on schema helpers to authenticated;
create function helpers.tenant(word text) returns uuid language sql stable as $$ select nullif(current_setting('request.jwt.claims', true)::jsonb ->> word, '')::uuid $$;
create table public.slower_notes (id uuid primary key, tenant uuid);
alter table public.slower_notes enable row level security;
create policy own on public.slower_notes for select to authenticated using (tenant = helpers.tenant('tenant'));

-- finds no_primary_key_public_keyless
create table public.keyless (note text);
alter table public.keyless enable row level security;
create policy none on public.keyless for select to authenticated using (note = (select auth.uid()::text));

-- finds multiple_permissive_policies_public_twice_authenticated_SELECT
create table public.twice (id uuid primary key, owner_id uuid);
alter table public.twice enable row level security;
create policy first on public.twice for select to authenticated using (owner_id = (select auth.uid()));
create policy second on public.twice for select to authenticated using (owner_id = (select auth.uid()));

-- finds policy_exists_rls_disabled_public_unasked
-- finds rls_disabled_in_public_public_unasked
create table public.unasked (id uuid primary key, owner_id uuid);
create policy own on public.unasked for select to authenticated using (owner_id = (select auth.uid()));

-- finds rls_enabled_no_policy_public_closed
create table public.closed (id uuid primary key);
alter table public.closed enable row level security;

-- finds rls_only_restrictive_public_narrowed
create table public.narrowed (id uuid primary key, owner_id uuid);
alter table public.narrowed enable row level security;
create policy narrow on public.narrowed as restrictive to authenticated using (owner_id = (select auth.uid()));

-- finds duplicate_index_public_people_{people_name_a,people_name_b}
create index people_name_a on public.people (name);
create index people_name_b on public.people (name);

-- finds security_definer_view_public_all_people
create view public.all_people as select p.name from public.people p;

-- finds function_search_path_mutable_public_loose_MD5
create function public.loose() returns text language plpgsql as $$
begin return 'x'; end $$;

-- finds rls_disabled_in_public_public_open_book
create table public.open_book (id uuid primary key, line text);

-- finds extension_in_public_citext
create extension citext schema public;

-- finds rls_references_user_metadata_public_self_made_admins_only
create table public.self_made (id uuid primary key);
alter table public.self_made enable row level security;
create policy admins_only on public.self_made for select to authenticated using ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');
-- through a function, where splinter does not look
-- finds rls_references_user_metadata_public_self_made_again_admins_only
create function helpers.is_admin() returns boolean language sql stable set search_path = '' as $$
  select coalesce(auth.jwt() -> 'user_metadata' ->> 'role' = 'admin', false) $$;
create table public.self_made_again (id uuid primary key);
alter table public.self_made_again enable row level security;
create policy admins_only on public.self_made_again for select to authenticated using ((select helpers.is_admin()));

-- finds materialized_view_in_api_public_counted
create materialized view public.counted as select count(*) as n from public.people;

-- finds unsupported_reg_types_public_typed_callback
create table public.typed (id uuid primary key, callback regproc);
alter table public.typed enable row level security;
create policy own on public.typed for select to authenticated using (id = (select auth.uid()));

-- finds insecure_queue_exposed_in_api_pgmq_q_orders
create schema pgmq;
create table pgmq.q_orders (msg_id bigint primary key, message jsonb);
grant usage on schema pgmq to authenticated;
grant select on pgmq.q_orders to authenticated;

-- finds fkey_to_auth_unique_public_callers_callers_phone_fkey
create table public.callers (phone text primary key references auth.users (phone));
alter table public.callers enable row level security;
create policy own on public.callers for select to authenticated using (phone = (select auth.jwt() ->> 'phone'));

-- finds extension_versions_outdated_hstore_1.4
create extension hstore schema extensions version '1.4';

-- finds rls_disabled_in_public_public_logins
-- finds sensitive_columns_exposed_public_logins
create table public.logins (id uuid primary key, password text);

-- finds rls_policy_always_true_public_w1_anything
create table public.w1 (id uuid primary key, owner_id uuid);
alter table public.w1 enable row level security;
create policy anything on public.w1 for insert to authenticated with check (true);
-- splinter compares texts: all of these mean true, too
-- finds rls_policy_always_true_public_w2_anything
create table public.w2 (id uuid primary key, owner_id uuid);
alter table public.w2 enable row level security;
create policy anything on public.w2 for update to authenticated using ((select auth.uid()) is not null);
-- finds rls_policy_always_true_public_w3_anything
create table public.w3 (id uuid primary key, owner_id uuid);
alter table public.w3 enable row level security;
create policy anything on public.w3 for delete to authenticated using (coalesce(owner_id = null, true));
-- finds rls_policy_always_true_public_w4_anything
create table public.w4 (id uuid primary key, owner_id uuid);
alter table public.w4 enable row level security;
create policy anything on public.w4 for insert to authenticated with check (2 - 1 = 1);
-- finds rls_policy_always_true_public_w5_anything
create table public.w5 (id uuid primary key, owner_id uuid);
alter table public.w5 enable row level security;
create policy anything on public.w5 for select to authenticated using (id = id);
-- finds rls_policy_always_true_public_w6_anything
create table public.w6 (id uuid primary key, owner_id uuid);
alter table public.w6 enable row level security;
create policy anything on public.w6 for all using ((select auth.role()) = 'authenticated');
-- finds rls_policy_always_true_public_w7_anything
create table public.w7 (id uuid primary key, owner_id uuid);
alter table public.w7 enable row level security;
create policy anything on public.w7 for select using (owner_id = (select auth.uid()) or not false);
-- finds rls_policy_always_true_public_w8_anything
create function helpers.allowed() returns boolean language sql stable set search_path = '' as $$ select auth.role() in ('anon', 'authenticated') $$;
create table public.w8 (id uuid primary key, owner_id uuid);
alter table public.w8 enable row level security;
create policy anything on public.w8 for select to anon, authenticated using ((select helpers.allowed()));
-- a restrictive policy closes what a permissive one opens: nothing to find
create table public.w9 (id uuid primary key, owner_id uuid);
alter table public.w9 enable row level security;
create policy anything on public.w9 for select to authenticated using (true);
create policy own_alone on public.w9 as restrictive for select to authenticated using (owner_id = (select auth.uid()));

-- finds rls_policy_null_auth_disjunct_public_n1_own
create table public.n1 (id uuid primary key, owner_id uuid);
alter table public.n1 enable row level security;
create policy own on public.n1 for select using ((select auth.uid()) is null or owner_id = (select auth.uid()));
-- finds rls_policy_null_auth_disjunct_public_n2_own
create table public.n2 (id uuid primary key, owner_id uuid);
alter table public.n2 enable row level security;
create policy own on public.n2 for select using (owner_id = coalesce((select auth.uid()), owner_id));

-- finds rls_policy_ignores_caller_public_i1_drafts
create table public.i1 (id uuid primary key, owner_id uuid, status text);
alter table public.i1 enable row level security;
create policy drafts on public.i1 for update to authenticated using (status = 'draft');
-- finds rls_policy_ignores_caller_public_i2_living
create table public.i2 (id uuid primary key, organization_id uuid, deleted_at timestamptz);
alter table public.i2 enable row level security;
create policy living on public.i2 for select to authenticated using (deleted_at > now());
-- what says that it is public may be: nothing to find
create table public.posts (id uuid primary key, owner_id uuid, is_published boolean);
alter table public.posts enable row level security;
create policy published on public.posts for select using (is_published);

-- finds rls_update_moves_rows_public_m1_own
create table public.m1 (id uuid primary key, owner_id uuid);
alter table public.m1 enable row level security;
create policy own on public.m1 for update to authenticated using (owner_id = (select auth.uid())) with check (true);

-- finds rls_policy_recursion_public_circle_members
create table public.circle (id uuid primary key, circle_id uuid, user_id uuid);
alter table public.circle enable row level security;
create policy members on public.circle for select to authenticated
  using (circle_id in (select c.circle_id from public.circle c where c.user_id = (select auth.uid())));

-- finds rls_disabled_outside_api_helpers_shelf
create table helpers.shelf (id uuid primary key);
grant select on helpers.shelf to authenticated;
-- finds rls_disabled_outside_api_helpers_told
-- finds published_table_without_rls_helpers_told
create table helpers.told (id uuid primary key);
grant select on helpers.told to authenticated;
do $$ begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then create publication supabase_realtime; end if;
end $$;
alter publication supabase_realtime add table helpers.told;

-- finds autovacuum_disabled_public_dusty
create table public.dusty (id uuid primary key) with (autovacuum_enabled = off);
alter table public.dusty enable row level security;
create policy own on public.dusty for select to authenticated using (id = (select auth.uid()));

-- finds anon_security_definer_function_executable_public_everybody_
-- finds authenticated_security_definer_function_executable_public_everybody_
create function public.everybody() returns setof text language sql stable security definer set search_path = '' as $$ select p.name from public.people p $$;
-- one that asks who calls has a check of its own: nothing to find
create function public.myself() returns setof text language sql stable security definer set search_path = '' as $$ select p.name from public.people p where p.id = auth.uid() $$;
-- finds function_builds_sql_public_count_of_MD5
create function public.count_of(relation text) returns bigint language plpgsql security definer set search_path = '' as $$
declare n bigint;
begin
  perform auth.uid();
  execute 'select count(*) from ' || relation into n;
  return n;
end $$;

-- finds public_bucket_allows_listing_pictures
insert into storage.buckets (id, name, public) values ('pictures', 'pictures', true), ('papers', 'papers', false);
create policy pictures_listed on storage.objects for select to authenticated using (bucket_id = 'pictures');
-- finds rls_policy_ignores_caller_storage_objects_papers_for_all
create policy papers_for_all on storage.objects for select to authenticated using (bucket_id = 'papers');
-- finds rls_policy_always_true_realtime_messages_everybody_listens
create policy everybody_listens on realtime.messages for select to authenticated using (true);
