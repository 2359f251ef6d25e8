-- 20,000 rows of 50 organisations, and a login that may become a member and nothing else.
create role bench_member;
create role bench_gate login noinherit;
grant bench_member to bench_gate;
create table bench_activity (
  id int primary key,
  organization_id int not null,
  title text not null,
  metadata jsonb not null
);
insert into bench_activity
select i, i % 50, 'Activity number ' || i, jsonb_build_object('n', i, 'tags', jsonb_build_array('a', 'b'))
from generate_series(0, 19999) i;
alter table bench_activity enable row level security;
create policy organization on bench_activity to bench_member
  using (organization_id = (select (current_setting('request.jwt.claims', true)::json ->> 'organization_id')::int));
grant select on bench_activity to bench_member;
analyze bench_activity;
