-- Alerts of all projects, what was told of them to whom, and silences. Old ones are removed by age.
create table alerts (
  id bigint generated always as identity primary key,
  fingerprint text not null,
  name text not null,
  severity text not null,
  labels jsonb not null,
  summary text not null,
  value double precision not null,
  state text not null check (state in ('pending', 'firing', 'resolved')),
  active_at timestamptz not null,
  starts_at timestamptz,
  ends_at timestamptz,
  -- the process that judges this alert; another one takes over after this moment
  owner text not null,
  owned_until timestamptz not null
);
create unique index alerts_open on alerts (fingerprint) where state <> 'resolved';
create index alerts_ended on alerts (ends_at) where state = 'resolved';

-- One row for each thing to be told to one receiver: the key makes two processes tell it once.
create table alert_deliveries (
  alert_id bigint not null references alerts on delete cascade,
  receiver text not null,
  status text not null check (status in ('firing', 'resolved')),
  created_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  failure text,
  delivered_at timestamptz,
  primary key (alert_id, receiver, status)
);
create index alert_deliveries_open on alert_deliveries (receiver, due_at) where delivered_at is null;

create table alert_silences (
  id uuid primary key default gen_random_uuid(),
  -- label and value; an alert that has all of them is silenced
  matchers jsonb not null check (matchers <> '{}'),
  reason text not null check (reason <> ''),
  created_at timestamptz not null,
  ends_at timestamptz not null
);
