-- The passkeys of each account as a digest, empty where it has none: what they are, and not when they were used last.
select u.id, coalesce(
  (
    select pg_catalog.md5(pg_catalog.string_agg(
      pg_catalog.format('%s %s %s', pg_catalog.encode(w.credential_id, 'hex'), pg_catalog.encode(w.public_key, 'hex'), w.friendly_name), ','
      order by w.credential_id))
    from auth.webauthn_credentials w where w.user_id = u.id), '')
from unnest(?::uuid[]) u (id)
