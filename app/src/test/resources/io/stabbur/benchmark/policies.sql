-- 500 organisations, 10,000 members, 1,000,000 activities with summaries sealed per organisation. Row i belongs to
-- organisation i % 500 and person i % 10000.
alter table public.activities disable trigger user;

alter table public.memberships disable trigger user;

insert into public.organizations (id, slug, name)
select ('00000000-0000-4000-a000-' || lpad(i::text, 12, '0'))::uuid, 'bench-' || i, 'Organization ' || i
from generate_series(0, 499) i;

insert into auth.users (id, email, aud, role)
select ('00000000-0000-4000-9000-' || lpad(i::text, 12, '0'))::uuid, 'person' || i || '@bench.example', 'authenticated', 'authenticated'
from generate_series(0, 9999) i;

insert into public.memberships (user_id, organization_id)
select ('00000000-0000-4000-9000-' || lpad(i::text, 12, '0'))::uuid, ('00000000-0000-4000-a000-' || lpad((i % 500)::text, 12, '0'))::uuid
from generate_series(0, 9999) i;

with words as (
  select o as number, private.seal('We talked for an hour about what comes next.', '1', 'organisation:' || id) as summary,
    private.seal('The library', '1', 'organisation:' || id) as place
  from (select o, '00000000-0000-4000-a000-' || lpad(o::text, 12, '0') as id from generate_series(0, 499) o) organizations
)
insert into public.activities (id, organization_id, user_id, title, duration_minutes, occurred_at, summary, location)
select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid,
  ('00000000-0000-4000-a000-' || lpad((i % 500)::text, 12, '0'))::uuid,
  ('00000000-0000-4000-9000-' || lpad((i % 10000)::text, 12, '0'))::uuid,
  'Activity ' || i, 15 + i % 480, now() - ((i * 7919::bigint) % 31536000) * interval '1 second', summary, place
from generate_series(0, 999999) i join words on number = i % 500;

alter table public.activities enable trigger user;

alter table public.memberships enable trigger user;

analyze public.activities
