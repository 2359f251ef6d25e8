-- What Stabbur keeps beside the `auth` schema: how often codes were guessed, and when an address was
-- last asked for. Both count for every replica alike.
create schema if not exists stabbur_auth;

-- Wrong codes for one token, and for all tokens of its kind within a day.
create table stabbur_auth.wrong_codes (
  subject uuid not null,
  kind text not null,
  token text not null,
  wrong int not null,
  wrong_in_all int not null,
  since timestamptz not null,
  primary key (subject, kind)
);
create index wrong_codes_since on stabbur_auth.wrong_codes (since);

-- When a code was last asked for, by a keyed hash of the address, whether anybody has it or not.
create table stabbur_auth.asked (
  address bytea not null,
  kind text not null,
  at timestamptz not null,
  primary key (address, kind)
);
create index asked_at on stabbur_auth.asked (at);

-- on a hosted project this work is done as the owner of these tables
do $$ begin
  if pg_has_role(current_user, 'supabase_auth_admin', 'MEMBER') then
    grant usage on schema stabbur_auth to supabase_auth_admin;
    grant select, insert, update, delete on stabbur_auth.wrong_codes, stabbur_auth.asked to supabase_auth_admin;
  end if;
end $$;
