-- the claims of the person who signed in last: whose reads are measured
select jsonb_build_object('sub', id, 'role', 'authenticated', 'aud', 'authenticated', 'aal', 'aal1', 'email', email,
  'app_metadata', coalesce(raw_app_meta_data, '{}'), 'user_metadata', coalesce(raw_user_meta_data, '{}'))::text
from auth.users where last_sign_in_at is not null and (banned_until is null or banned_until < now())
order by last_sign_in_at desc limit 1
