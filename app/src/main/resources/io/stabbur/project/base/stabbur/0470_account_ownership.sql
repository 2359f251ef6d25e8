-- Whose an account is. `auth.users` says that an address is confirmed, also when an administrator said so or a link was
-- followed that was handed over. Proven is something else: the person showed a code or link that was sent to the address, or
-- came through a provider that vouches for it. An account with a row here is not proven: somebody else may know how to get in.
-- An account without a row is proven if it is confirmed: it was proven, was there before, or came with a restored database.
create table stabbur_auth.unproven (
  user_id uuid primary key,
  -- What was made in the account from then on may be somebody else's, and ends with the first proof.
  since timestamptz not null default '-infinity',
  -- SHA-256 of the stored hash of the password that was there before; null: no password survives the proof.
  kept_password bytea,
  -- Whether the account holds nothing but what one sign-up brought: confirming that sign-up proves it as it is.
  sign_up boolean not null default false,
  -- Whether somebody besides the operator and whoever signed up was given a link or a password.
  given_out boolean not null default false,
  -- Whether there was a way to send mail to the address.
  provable boolean not null,
  -- The organisation whose invitation made the account, until somebody follows its link or asks for a mail.
  invited_by uuid
);

-- Who was given a code or link that is out, where that is known; one row for a kind of token, as in auth.one_time_tokens.
create table stabbur_auth.token_receivers (
  user_id uuid not null,
  kind text not null,
  hash text not null,
  receiver text not null check (receiver in ('address', 'operator')),
  primary key (user_id, kind)
);

-- Accounts that wait for the confirmation of a sign-up keep what the sign-up brought; other unconfirmed ones keep nothing.
do $$ begin
  if to_regclass('auth.users') is not null then
    insert into stabbur_auth.unproven (user_id, sign_up, provable)
    select u.id, u.invited_at is null, true from auth.users u
    where case when coalesce(u.email, '') <> '' then u.email_confirmed_at else u.phone_confirmed_at end is null;
  end if;
end $$;

create function stabbur_auth.is_proven(person uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from auth.users u
    where u.id = person
      and case when coalesce(u.email, '') <> '' then u.email_confirmed_at else u.phone_confirmed_at end is not null
      and not exists (select from stabbur_auth.unproven p where p.user_id = u.id));
end $$;

-- Whether the account may become a member of an organisation that did not make it: it is proven, or it could not be proven
-- and nobody but the operator was given a way into it.
create function stabbur_auth.may_join(person uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return stabbur_auth.is_proven(person) or exists (
    select from stabbur_auth.unproven p where p.user_id = person and not p.given_out and not p.provable);
end $$;

-- Somebody followed the link of the invitation that made this account. A project's public.invitation_followed_hook(jsonb)
-- is told so in the same transaction; only a function of this one's owner is called, since it runs with these rights.
create function stabbur_auth.tell_of_invitation(person uuid, organization uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from pg_catalog.pg_proc p
    where p.oid = to_regprocedure('public.invitation_followed_hook(jsonb)') and pg_has_role(p.proowner, current_user, 'USAGE'))
  then
    execute 'select public.invitation_followed_hook($1)' using jsonb_build_object('user_id', person, 'organization_id', organization);
  end if;
end $$;
revoke execute on function stabbur_auth.is_proven(uuid), stabbur_auth.may_join(uuid), stabbur_auth.tell_of_invitation(uuid, uuid) from public;

-- on a hosted project this work is done as the owner of these tables
do $$ begin
  if pg_has_role(current_user, 'supabase_auth_admin', 'MEMBER') then
    grant select, insert, update, delete on stabbur_auth.unproven, stabbur_auth.token_receivers to supabase_auth_admin;
    grant execute on function stabbur_auth.is_proven(uuid), stabbur_auth.may_join(uuid), stabbur_auth.tell_of_invitation(uuid, uuid)
      to supabase_auth_admin;
  end if;
end $$;
