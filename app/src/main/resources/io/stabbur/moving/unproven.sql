-- Notes the accounts whose address nobody has shown to be theirs: not confirmed at all, or confirmed without a mail or message
-- to it and without a provider that vouches for it, as an administrator or `autoconfirm` does. What is noted already was noted
-- by a run that was interrupted.
delete from stabbur_auth.unproven;
insert into stabbur_auth.unproven (user_id, sign_up, provable)
select u.id, not c.is_confirmed and u.invited_at is null, true
from auth.users u cross join lateral (
  select case when coalesce(u.email, '') <> '' then u.email_confirmed_at else u.phone_confirmed_at end is not null as is_confirmed
) c
where not c.is_confirmed
  or u.confirmation_sent_at is null and u.invited_at is null
    and not exists (
      select from auth.identities i where i.user_id = u.id and i.provider not in ('email', 'phone'));
