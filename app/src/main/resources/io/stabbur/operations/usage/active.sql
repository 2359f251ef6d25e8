-- Of these people, those with a session that was used within 30 days.
select count(distinct s.user_id)::float8
from auth.sessions s
where s.user_id = any (?::text[]::uuid[])
  and greatest(s.created_at, s.updated_at, s.refreshed_at at time zone 'utc') > now() - interval '30 days'
