-- Operators of the appliance and how they sign in. Texts that open something are kept as hashes.
create table operators (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  role text not null check (role in ('OWNER', 'OPERATOR', 'AUDITOR')),
  password text,
  factor text,
  pending_factor text,
  factor_step bigint not null default 0,
  created_at timestamptz not null default now(),
  last_sign_in_at timestamptz
);

create table operator_sessions (
  id uuid primary key,
  operator uuid not null references operators on delete cascade,
  csrf text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on operator_sessions (operator);

create table operator_tokens (
  id uuid primary key,
  operator uuid not null references operators on delete cascade,
  name text not null,
  hash text not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz
);
create index on operator_tokens (operator);

-- links that set a password once; without an operator, the first owner's
create table operator_invitations (
  hash text primary key,
  operator uuid references operators on delete cascade,
  expires_at timestamptz not null
);

-- sign-ins that failed or are under way, by network and by account
create table sign_in_attempts (
  subject text primary key,
  tries integer not null,
  since timestamptz not null
);

create table operator_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  operator text not null,
  action text not null,
  status integer
);

-- keys that all processes of the appliance share
create table appliance_keys (
  name text primary key,
  value text not null
);
