-- Organisations, their people and their work. Every index of an organisation's rows begins with organization_id, as every policy does.

create type public.app_role as enum ('peer_mentor', 'coordinator', 'org_admin');
create type public.organization_status as enum ('active', 'suspended');
create type public.membership_status as enum ('active', 'suspended');
create type public.activity_status as enum ('draft', 'submitted', 'approved');
create type public.assignment_status as enum ('draft', 'dispatched', 'accepted', 'declined', 'completed');
create type public.availability_status as enum ('available', 'busy', 'away');
create type public.claim_kind as enum ('mileage', 'receipt');
create type public.claim_status as enum ('draft', 'submitted', 'approved', 'rejected', 'paid');
create type public.certification_status as enum ('pending', 'verified', 'expired', 'revoked');

-- Personal data: ciphertext in the table, clear text through the data API for whom the policies let in.
create domain public.personal as text;
-- Keyed hashes for equality search on encrypted columns.
create domain public.email_search as text;
create domain public.phone_search as text;

-- Words that appear in reports: a spreadsheet takes what begins with one of these signs for a formula.
create function private.is_formula(word text) returns boolean
language sql immutable parallel safe as $$ select word ~ '^[[:space:]]*[-=+@]' $$;

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (length(btrim(name)) between 1 and 200 and not private.is_formula(name)),
  status public.organization_status not null default 'active',
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.org_labels (
  organization_id uuid not null default private.organization() references public.organizations on delete cascade,
  key text not null check (length(key) between 1 and 100),
  locale text not null check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  label text not null check (length(label) between 1 and 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, key, locale)
);

create table public.local_associations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default private.organization() references public.organizations,
  name text not null check (length(btrim(name)) between 1 and 200 and not private.is_formula(name)),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id)
);

create table public.profiles (
  id uuid primary key references auth.users on delete cascade,
  display_name text not null default '',
  phone public.personal,
  preferred_locale text not null default 'nb' check (preferred_locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.memberships (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  organization_id uuid not null default private.organization() references public.organizations,
  local_association_id uuid,
  role public.app_role not null default 'peer_mentor',
  status public.membership_status not null default 'active',
  is_primary boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, organization_id),
  -- Two references on purpose: the account it belongs to, and the profile the data API can embed.
  constraint memberships_profile_fkey foreign key (user_id) references public.profiles on delete cascade,
  constraint memberships_local_association_fkey foreign key (organization_id, local_association_id)
    references public.local_associations (organization_id, id) on delete set null (local_association_id)
);
create index on public.memberships (organization_id, user_id);
create index on public.memberships (organization_id, updated_at);

create table public.platform_admins (
  user_id uuid primary key references auth.users on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.contacts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default private.organization() references public.organizations,
  local_association_id uuid default private.local_association(),
  owner_id uuid default private.uid() references public.profiles on delete set null,
  full_name public.personal,
  phone public.personal,
  email public.personal,
  notes public.personal,
  email_hash public.email_search,
  phone_hash public.phone_search,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint contacts_local_association_fkey foreign key (organization_id, local_association_id)
    references public.local_associations (organization_id, id) on delete set null (local_association_id)
);
create index on public.contacts (organization_id, owner_id);
create index on public.contacts (organization_id, updated_at);
create index on public.contacts (organization_id, email_hash);
create index on public.contacts (organization_id, phone_hash);

create table public.activities (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default private.organization() references public.organizations,
  local_association_id uuid default private.local_association(),
  user_id uuid default private.uid() references public.profiles on delete set null,
  contact_id uuid,
  type text not null default 'conversation' check (length(type) between 1 and 100 and not private.is_formula(type)),
  title text not null default '' check (length(title) <= 500),
  occurred_at timestamptz not null default now(),
  duration_minutes integer not null default 0 check (duration_minutes between 0 and 10080),
  summary public.personal,
  location public.personal,
  status public.activity_status not null default 'draft',
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint activities_local_association_fkey foreign key (organization_id, local_association_id)
    references public.local_associations (organization_id, id) on delete set null (local_association_id),
  constraint activities_contact_fkey foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id)
);
create index on public.activities (organization_id, user_id, occurred_at desc);
create index on public.activities (organization_id, occurred_at desc, status);
create index on public.activities (organization_id, updated_at);
create index on public.activities (organization_id, contact_id);

create table public.assignments (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default private.organization() references public.organizations,
  coordinator_id uuid default private.uid(),
  peer_mentor_id uuid,
  contact_id uuid,
  status public.assignment_status not null default 'draft',
  message public.personal,
  epikrise_reference public.personal,
  dispatched_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint assignments_coordinator_fkey foreign key (coordinator_id) references public.profiles on delete set null,
  constraint assignments_peer_mentor_fkey foreign key (peer_mentor_id) references public.profiles on delete set null,
  constraint assignments_contact_fkey foreign key (organization_id, contact_id)
    references public.contacts (organization_id, id) on delete set null (contact_id)
);
create index on public.assignments (organization_id, peer_mentor_id);
create index on public.assignments (organization_id, coordinator_id);
create index on public.assignments (organization_id, contact_id);
create index on public.assignments (organization_id, updated_at);

create table public.availability (
  user_id uuid not null default private.uid() references public.profiles on delete cascade,
  organization_id uuid not null default private.organization() references public.organizations,
  status public.availability_status not null default 'available',
  note text check (length(note) <= 500),
  until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (user_id, organization_id)
);
create index on public.availability (organization_id, user_id);
create index on public.availability (organization_id, updated_at);

create table public.expense_claims (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default private.organization() references public.organizations,
  user_id uuid default private.uid() references public.profiles on delete set null,
  activity_id uuid,
  kind public.claim_kind not null,
  amount numeric(12, 2) not null constraint expense_claims_amount_positive check (amount > 0),
  currency text not null default 'NOK' check (currency ~ '^[A-Z]{3}$'),
  description text not null default '' check (length(description) <= 2000),
  receipt_path text check (length(receipt_path) <= 1024),
  status public.claim_status not null default 'draft',
  decided_by uuid,
  decided_at timestamptz,
  decision_note text check (length(decision_note) <= 2000),
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint expense_claims_activity_fkey foreign key (organization_id, activity_id)
    references public.activities (organization_id, id) on delete set null (activity_id)
);
create index on public.expense_claims (organization_id, user_id, created_at desc);
create index on public.expense_claims (organization_id, status);
create index on public.expense_claims (organization_id, activity_id);
create index on public.expense_claims (organization_id, updated_at);

create table public.certifications (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null default private.organization() references public.organizations,
  user_id uuid not null default private.uid() references public.profiles on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 300),
  issued_on date,
  expires_on date,
  certificate_path text check (length(certificate_path) <= 1024),
  status public.certification_status not null default 'pending',
  verified_by uuid,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint certifications_dates_in_order check (expires_on >= issued_on)
);
create index on public.certifications (organization_id, user_id);
create index on public.certifications (organization_id, expires_on, status);
create index on public.certifications (organization_id, updated_at);

-- Everybody with an account has a profile: it is what the other tables refer to.
create function private.add_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, display_name)
  values (new.id, coalesce(new.raw_user_meta_data ->> 'display_name', new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name', ''))
  on conflict (id) do nothing;
  return new;
end $$;
create trigger add_profile after insert on auth.users for each row execute function private.add_profile();
insert into public.profiles (id) select id from auth.users on conflict (id) do nothing;

do $$
declare
  relation text;
  owner_column text;
begin
  for relation, owner_column in values
    ('organizations', 'id'), ('org_labels', 'organization_id'), ('local_associations', 'organization_id'), ('profiles', '-'),
    ('memberships', 'organization_id'), ('platform_admins', '-'), ('contacts', 'organization_id'), ('activities', 'organization_id'),
    ('assignments', 'organization_id'), ('availability', 'organization_id'), ('expense_claims', 'organization_id'), ('certifications', 'organization_id')
  loop
    execute format('alter table public.%I enable row level security, force row level security', relation);
    -- Triggers fire in the order of their names: a turn, the rules, encryption, the clock.
    execute format('create trigger a_turn before insert or update or delete on public.%I for each statement execute function private.take_turn_first()', relation);
    if owner_column = 'organization_id' then
      execute format('create trigger b_stay before update on public.%I for each row execute function private.stay_in_organization()', relation);
    end if;
    execute format('create trigger e_touch before insert or update on public.%I for each row execute function private.touch(%L)', relation, owner_column);
  end loop;
end $$;
