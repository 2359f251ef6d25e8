-- People in the order of their addresses, from the one after another one on; deleted accounts and visitors without an
-- address are left out. Where the other one is nobody that is listed, as after a deletion, the order begins anew.
-- The values: audience, id twice, text, three times the pattern, ids, three times the one before, how many.
with listed as not materialized (
  select u.*, coalesce(nullif(lower(u.email), ''), u.phone, '') as place
  from auth.users u
  where u.aud = ? and u.deleted_at is null and not u.is_anonymous),
page as (
  select u.id, u.place
  from listed u
  where (?::uuid is null or u.id = ?::uuid)
    and (? = '' or u.email ilike ? or u.phone like ? or u.id = any (?::uuid[])
      or concat_ws(chr(10), u.raw_user_meta_data ->> 'full_name', u.raw_user_meta_data ->> 'name',
        u.raw_user_meta_data ->> 'display_name') ilike ?)
    and (?::uuid is null or (u.place, u.id) > (select a.place, a.id from listed a where a.id = ?::uuid)
      or not exists (select from listed a where a.id = ?::uuid))
  order by u.place, u.id
  limit ?)
select u.id, coalesce(u.email, '') as email, coalesce(u.phone, '') as phone,
  coalesce(nullif(u.raw_user_meta_data ->> 'full_name', ''), nullif(u.raw_user_meta_data ->> 'name', ''),
    nullif(u.raw_user_meta_data ->> 'display_name', ''), '') as name,
  u.created_at, u.last_sign_in_at, u.banned_until,
  u.email_confirmed_at is not null or u.phone_confirmed_at is not null as confirmed, u.invited_at is not null as invited,
  (select count(*) from auth.mfa_factors f where f.user_id = u.id and f.status = 'verified') as factors,
  (select count(*) from auth.sessions s where s.user_id = u.id) as sessions
from page join auth.users u using (id)
order by page.place, page.id
