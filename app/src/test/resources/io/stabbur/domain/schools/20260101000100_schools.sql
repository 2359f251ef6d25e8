-- Another domain than the shipped one: schools with classes, staff who teach or lead, pupils whose names are personal data. It
-- shares no table, column or role with it, and fulfils the contract of app/docs/organizations.md.

create schema school_rules;
grant usage on schema school_rules to anon, authenticated, service_role, supabase_auth_admin;

create table public.schools (
  id uuid primary key,
  short_name text not null unique,
  title text not null,
  closed boolean not null default false,
  extras jsonb not null default '{}'
);
create table public.classes (
  id uuid primary key default gen_random_uuid(),
  school uuid not null references public.schools,
  name text not null
);
create table public.staff (
  id uuid primary key,
  school uuid not null references public.schools,
  person uuid not null references auth.users on delete cascade,
  post text not null check (post in ('teacher', 'principal')),
  class_id uuid references public.classes,
  state text not null check (state in ('active', 'suspended')),
  since timestamptz not null default clock_timestamp(),
  unique (school, person)
);
create table public.pupils (
  id uuid primary key default gen_random_uuid(),
  school uuid not null references public.schools,
  full_name stabbur_organization.personal,
  guardian_phone stabbur_organization.personal,
  year integer not null default 1
);
create table school_rules.invitations (
  staff_id uuid primary key references public.staff on delete cascade,
  code_hash bytea not null,
  address text not null
);

-- What the token says: `organization_id` and `user_role` are the claims of every schema.
create function school_rules.claim(name text) returns text
language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> name $$;
create function school_rules.leads(school uuid) returns boolean
language sql stable as $$
  select school_rules.claim('role') = 'service_role'
    or coalesce(school_rules.claim('user_role') = 'principal' and school_rules.claim('organization_id')::uuid = school, false)
$$;

alter table public.schools enable row level security;
alter table public.classes enable row level security;
alter table public.staff enable row level security;
alter table public.pupils enable row level security;
create policy own_school on public.schools for select to authenticated using (id = (select school_rules.claim('organization_id')::uuid));
create policy principal_writes on public.schools for update to authenticated using (school_rules.leads(id));
create policy own_school on public.classes for select to authenticated using (school = (select school_rules.claim('organization_id')::uuid));
create policy own_school on public.staff for select to authenticated using (school = (select school_rules.claim('organization_id')::uuid));
create policy principal_writes on public.staff for all to authenticated using (school_rules.leads(school)) with check (school_rules.leads(school));
create policy own_school on public.pupils for all to authenticated
  using (school = (select school_rules.claim('organization_id')::uuid)) with check (school = (select school_rules.claim('organization_id')::uuid));

create trigger encrypt before insert or update on public.pupils
  for each row execute function stabbur_organization.encrypt_columns('school', 'full_name', 'guardian_phone');
create trigger audit after insert or update or delete on public.pupils
  for each row execute function stabbur_organization.audit_change('school');
create trigger audit after insert or update or delete on public.staff
  for each row execute function stabbur_organization.audit_change('school');

-- Tokens that were made before a change of staff are looked at closely.
create function school_rules.note_staff() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform stabbur.note_account_changes(array[coalesce(new.person, old.person)]);
  return null;
end $$;
create trigger note after insert or update or delete on public.staff for each row execute function school_rules.note_staff();

-- The claims of a person.
create function school_rules.membership_claims(person uuid, wanted uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  posts jsonb;
  active jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object('id', s.school, 'role', s.post, 'class_id', s.class_id) order by s.since), '[]') into posts
  from public.staff s join public.schools o on o.id = s.school
  where s.person = membership_claims.person and s.state = 'active' and not o.closed;
  select p into active from jsonb_array_elements(posts) as p where wanted is null or p ->> 'id' = wanted::text limit 1;
  if wanted is not null and active is null then
    return null;
  end if;
  return jsonb_build_object('organization_id', active -> 'id', 'user_role', active -> 'role', 'class_id', active -> 'class_id',
    'organizations', posts);
end $$;
create function school_rules.is_active(organization uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.schools s where s.id = organization and not s.closed)
$$;
create function public.custom_access_token_hook(event jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('claims', (event -> 'claims') || school_rules.membership_claims((event ->> 'user_id')::uuid))
$$;
create function public.application_token_hook(event jsonb) returns jsonb
language sql stable as $$
  select case when event -> 'token' ->> 'role' in ('teacher', 'principal') then jsonb_build_object('claims', event -> 'claims')
    else '{"error": {"http_code": 400, "message": "role must be teacher or principal"}}' end
$$;
revoke execute on function public.custom_access_token_hook(jsonb), public.application_token_hook(jsonb) from public, anon, authenticated;
grant execute on function public.custom_access_token_hook(jsonb), public.application_token_hook(jsonb) to supabase_auth_admin;

-- The functions that the organization API calls as its caller.
create function school_rules.shown(s public.schools) returns jsonb
language sql immutable as $$
  select jsonb_build_object('id', s.id, 'name', s.title, 'slug', s.short_name, 'settings', s.extras,
    'status', case when s.closed then 'suspended' else 'active' end)
$$;
create function school_rules.organizations() returns json
language sql stable as $$ select coalesce(json_agg(school_rules.shown(s) order by s.short_name), '[]') from public.schools s $$;
create function school_rules.organization(id uuid) returns jsonb
language sql stable as $$ select school_rules.shown(s) from public.schools s where s.id = organization.id $$;
create function school_rules.add_organization(organization jsonb) returns boolean
language plpgsql as $$
begin
  insert into public.schools (id, short_name, title, extras)
  values ((organization ->> 'id')::uuid, organization ->> 'slug', organization ->> 'name', organization -> 'settings')
  on conflict (short_name) do nothing;
  return found;
end $$;
create function school_rules.change_organization(organization uuid, changes jsonb) returns boolean
language plpgsql as $$
begin
  update public.schools s set title = coalesce(changes ->> 'name', s.title), short_name = coalesce(changes ->> 'slug', s.short_name),
    closed = coalesce(changes ->> 'status' = 'suspended', s.closed), extras = coalesce(changes -> 'settings', s.extras)
  where s.id = organization;
  return found;
end $$;
create function school_rules.waiting(organization uuid) returns table (staff_id uuid, address text)
language sql stable security definer set search_path = '' as $$
  select i.staff_id, i.address from school_rules.invitations i join public.staff s on s.id = i.staff_id where s.school = organization
$$;
create function school_rules.members(organization uuid) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('id', s.id, 'user_id', case when w.address is null then s.person end, 'email', w.address,
    'role', s.post, 'status', s.state, 'class_id', s.class_id) order by s.since), '[]')
  from public.staff s left join school_rules.waiting(members.organization) w on w.staff_id = s.id
  where s.school = members.organization
$$;
create function school_rules.require_may_add(organization uuid) returns void
language plpgsql as $$
begin
  if not school_rules.leads(organization) then
    raise exception 'staff is added by the principal' using errcode = '42501';
  end if;
end $$;
create function school_rules.add_member(member jsonb) returns boolean
language plpgsql as $$
begin
  insert into public.staff (id, school, person, post, class_id, state)
  values ((member ->> 'id')::uuid, (member ->> 'organization_id')::uuid, (member ->> 'user_id')::uuid, member ->> 'role',
    (member ->> 'class_id')::uuid, member ->> 'status')
  on conflict do nothing;
  return found;
end $$;
create function school_rules.ask_consent(membership uuid, code_hash text, address text, account_made boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into school_rules.invitations (staff_id, code_hash, address)
  select s.id, decode(ask_consent.code_hash, 'hex'), ask_consent.address from public.staff s
  where s.id = membership and s.state = 'suspended' and school_rules.leads(s.school);
end $$;
create function school_rules.change_member(organization uuid, member uuid, changes jsonb) returns jsonb
language sql as $$
  update public.staff s set post = coalesce(changes ->> 'role', s.post), state = coalesce(changes ->> 'status', s.state),
    class_id = coalesce((changes ->> 'class_id')::uuid, s.class_id)
  where s.school = organization and member in (s.id, s.person) returning to_jsonb(s)
$$;
create function school_rules.remove_member(organization uuid, member uuid) returns boolean
language plpgsql as $$
begin
  delete from public.staff s where s.school = organization and member in (s.id, s.person);
  return found;
end $$;
create function public.accept_post(code text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  accepted public.staff;
begin
  select s.* into accepted from school_rules.invitations i join public.staff s on s.id = i.staff_id
  where i.code_hash = sha256(convert_to(code, 'UTF8')) and s.person = school_rules.claim('sub')::uuid;
  if not found then
    raise exception 'no post with this code waits for you' using errcode = '22023';
  end if;
  delete from school_rules.invitations i where i.staff_id = accepted.id;
  update public.staff s set state = 'active' where s.id = accepted.id;
  return accepted.school;
end $$;

-- The functions that are called with the rights of the database's owner.
create function school_rules.organization_tables() returns jsonb
language sql immutable as $$
  select '{"organizations": "public.schools", "members": ["public.staff", "school_rules.invitations"]}'::jsonb
$$;
create function school_rules.export_person(person uuid) returns text
language sql stable as $$
  select coalesce(
    (select jsonb_pretty(jsonb_build_object('account', u.email, 'posts',
      (select coalesce(jsonb_agg(s.post), '[]') from public.staff s where s.person = u.id))) from auth.users u where u.id = export_person.person),
    (select jsonb_pretty(jsonb_build_object('pupil', stabbur_organization.open(p.full_name), 'phone', stabbur_organization.open(p.guardian_phone)))
      from public.pupils p where p.id = export_person.person))
$$;
create function school_rules.erase_person(person uuid) returns text
language plpgsql as $$
begin
  update public.pupils p set full_name = null, guardian_phone = null where p.id = erase_person.person;
  if found then
    return 'record';
  end if;
  return (select 'account' from auth.users u where u.id = erase_person.person);
end $$;

revoke execute on all functions in schema school_rules from public;
grant execute on function
  school_rules.claim(text), school_rules.leads(uuid), school_rules.organizations(), school_rules.shown(public.schools),
  school_rules.organization(uuid), school_rules.add_organization(jsonb), school_rules.change_organization(uuid, jsonb),
  school_rules.members(uuid), school_rules.waiting(uuid), school_rules.require_may_add(uuid), school_rules.add_member(jsonb),
  school_rules.ask_consent(uuid, text, text, boolean), school_rules.change_member(uuid, uuid, jsonb), school_rules.remove_member(uuid, uuid)
  to authenticated, service_role;

insert into stabbur.organization_schema (functions, header, roles, first_role, administrator_roles, member_fields)
values ('school_rules', 'X-School-Id', array['teacher', 'principal'], 'principal', array['principal'], array['class_id']);
insert into stabbur.personal_columns (table_schema, table_name, column_name)
values ('public', 'pupils', 'full_name'), ('public', 'pupils', 'guardian_phone');
