-- What people sign in with and what is kept with it, as a digest for each account: address, number, password, bans, role,
-- data of the application and of the person, identities and second factors.
select u.id, pg_catalog.md5(pg_catalog.jsonb_build_array(
    pg_catalog.lower(u.email), u.phone, u.encrypted_password, u.email_confirmed_at is null, u.phone_confirmed_at is null,
    extract(epoch from u.banned_until), u.deleted_at is null,
    u.role, u.raw_app_meta_data, u.raw_user_meta_data,
    array(
      select pg_catalog.format('%s %s %s', i.provider, i.provider_id, i.identity_data) from auth.identities i
      where i.user_id = u.id order by 1),
    array(
      select pg_catalog.format('%s %s %s %s %s', f.id, f.factor_type, f.status, f.secret, f.phone) from auth.mfa_factors f
      where f.user_id = u.id and f.status = 'verified' order by 1))::text)
from auth.users u
where u.id = any (?::uuid[])
