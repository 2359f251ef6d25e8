-- 200,000 activities of 2,000 people in 50 organisations behind row rules. Ids are made of numbers, so that a load
-- generator draws rows without asking: activity i belongs to organisation i % 50 and to person i % 2000.
create role bench_nobody nologin;
create role bench_member nologin;
create role bench_gate login noinherit;
grant bench_nobody, bench_member to bench_gate;
create schema api;

create function api.made_id(kind text, number int) returns uuid language sql immutable as
  $$ select ('00000000-0000-4000-' || kind || '-' || lpad(number::text, 12, '0'))::uuid $$;

create table api.users (
  id uuid primary key,
  organization_id uuid not null,
  name text,
  email text
);
create table api.activities (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  user_id uuid not null references api.users (id),
  title text,
  minutes int,
  occurred_at timestamptz default now(),
  metadata jsonb default '{}'
);

insert into api.users
select api.made_id('9000', u), api.made_id('a000', u % 50), 'User ' || u, 'user' || u || '@example.org'
from generate_series(0, 1999) u;
insert into api.activities
select api.made_id('8000', i), api.made_id('a000', i % 50), api.made_id('9000', i % 2000), 'Activity number ' || i,
  15 + (i * 7) % 480, now() - ((i * 7919) % 31536000) * interval '1 second',
  jsonb_build_object('source', 'import', 'n', i, 'tags', jsonb_build_array('a', 'b'))
from generate_series(0, 199999) i;
create index on api.activities (organization_id);
create index on api.activities (user_id);

alter table api.activities enable row level security;
alter table api.users enable row level security;
create policy organization on api.activities to bench_member
  using (organization_id = (select (current_setting('request.jwt.claims', true)::json ->> 'organization_id')::uuid))
  with check (organization_id = (select (current_setting('request.jwt.claims', true)::json ->> 'organization_id')::uuid));
create policy organization on api.users to bench_member
  using (organization_id = (select (current_setting('request.jwt.claims', true)::json ->> 'organization_id')::uuid))
  with check (organization_id = (select (current_setting('request.jwt.claims', true)::json ->> 'organization_id')::uuid));
grant usage on schema api to bench_nobody, bench_member;
grant select, insert, update, delete on api.activities, api.users to bench_member;
-- pgbench prepares its statements before it sets the role
grant usage on schema api to bench_gate;
