-- What the OAuth server keeps beside the tables of `auth`: which session a code was exchanged for, so
-- that a code which is shown a second time ends it, and devices that wait to be let in. Codes are kept
-- as hashes.
create table stabbur_auth.oauth_used_codes (
  code_hash text primary key,
  session_id uuid not null,
  used_at timestamptz not null
);
create index oauth_used_codes_used_at on stabbur_auth.oauth_used_codes (used_at);

create table stabbur_auth.oauth_devices (
  device_hash text primary key,
  user_code text not null unique,
  authorization_id text not null unique,
  seconds int not null,
  asked_at timestamptz,
  expires_at timestamptz not null
);
create index oauth_devices_expires_at on stabbur_auth.oauth_devices (expires_at);

do $$ begin
  if pg_has_role(current_user, 'supabase_auth_admin', 'MEMBER') then
    grant select, insert, update, delete on stabbur_auth.oauth_used_codes, stabbur_auth.oauth_devices to supabase_auth_admin;
  end if;
end $$;
