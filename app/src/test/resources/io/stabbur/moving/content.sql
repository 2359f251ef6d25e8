-- Person 1 was sent a mail, person 2 was confirmed by an administrator. Accounts have the password `en lang nok passfrase 42`.
insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
  confirmation_token, recovery_token, email_change_token_new, email_change, confirmation_sent_at)
select '00000000-0000-0000-0000-000000000000', ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'authenticated', 'authenticated', 'person' || n || '@example.com',
  extensions.crypt('en lang nok passfrase 42', extensions.gen_salt('bf', 4)), case when n < 3 then now() end,
  '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', '', case when n <> 2 then now() end
from generate_series(1, 3) n;
insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
select id::text, id, jsonb_build_object('sub', id::text, 'email', email), 'email', now(), now() from auth.users;
insert into auth.sessions (id, user_id, created_at, updated_at, aal)
values ('00000000-0000-4000-9000-000000000001', '00000000-0000-4000-8000-000000000001', now(), now(), 'aal1');
insert into auth.refresh_tokens (instance_id, token, user_id, revoked, created_at, updated_at, session_id)
values ('00000000-0000-0000-0000-000000000000', 'movedtoken12', '00000000-0000-4000-8000-000000000001', false, now(), now(), '00000000-0000-4000-9000-000000000001');
insert into auth.mfa_amr_claims values ('00000000-0000-4000-9000-000000000001', now(), now(), 'password', gen_random_uuid());
insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
values (gen_random_uuid(), '00000000-0000-4000-8000-000000000002', 'phone', 'totp', 'verified', now(), now(), 'JBSWY3DPEHPK3PXP');

insert into public.organizations values
  ('10000000-0000-4000-8000-000000000001', 'North', 'north'), ('10000000-0000-4000-8000-000000000002', 'South', 'SOUTH');
insert into public.members (organization_id, user_id) values
  ('10000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001'),
  ('10000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000002');
insert into public.notes (organization_id, body, feeling, mark, extra, raw)
select ('10000000-0000-4000-8000-00000000000' || 1 + n % 2)::uuid, 'note ' || n || E'\t\\N\n\r\\.', (array['glad', 'Sad', 'it''s "so so"']::public.mood[])[1 + n % 3],
  2 + n % 5, 'a=>1'::extensions.hstore, decode(md5(n::text), 'hex')
from generate_series(1, 2000) n;
insert into "Other Schema"."Ta""ble" values (1, 'one', '2026-02-03'), (2, null, 'infinity');
insert into public.loose values (null, null, null, null, null, null), ('', 'NaN', '-0', '1 mon -2 days', '{"a": [1, null, "x\ty"]}', '{NULL,"NULL",""}'),
  (E'\\N', 1e300, 0.1::float8 + 0.2, '00:00:00.000001', 'null', '{}'), (E'\\.', 12345678901234567890.123456789, 'Infinity', null, '1.10', null);
insert into public.loose (a) select string_agg(md5(n::text), '') from generate_series(1, 200000) n;
begin;
insert into public.eggs values (1, 1), (2, 2);
insert into public.hens values (1, 2), (2, 1);
commit;
insert into public.events values ('2025-05-05', 'old'), ('2026-05-05', 'new'), ('1999-01-01', 'ancient');
insert into public.base (label) values ('parent');
insert into public.derived (label, more) values ('child', 'x');
select nextval('public.tickets'), nextval('public.tickets');
alter sequence public.returns restart with 700;
refresh materialized view public.note_counts;
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types, created_at) values
  ('avatars', 'avatars', true, 3, '{image/png}', '2025-03-04'), ('objects', 'objects', false, null, null, '2025-03-05');
insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata, user_metadata, created_at, updated_at, last_accessed_at) values
  ('avatars', 'a folder/it''s (1)+2.txt', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000001', '0a1b',
   '{"size": 6, "mimetype": "text/plain", "cacheControl": "max-age=60", "eTag": "\"x\"", "contentLength": 6, "httpStatusCode": 200}',
   '{"by": "hand"}', '2025-03-06', '2025-03-07', '2025-03-08'),
  ('avatars', 'empty', null, null, '0a1c', '{"size": 0, "mimetype": "text/plain", "cacheControl": "no-cache"}', null, '2025-03-06', '2025-03-07', '2025-03-08'),
  ('objects', 'plain', null, '00000000-0000-4000-8000-000000000002', '0a1d',
   '{"size": 300000, "mimetype": "application/octet-stream", "cacheControl": "no-cache"}', null, '2025-03-06', '2025-03-07', '2025-03-08');
