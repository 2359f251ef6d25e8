-- Wrong codes are counted by network too, so that nobody uses up another one's tries from elsewhere. The row with the empty
-- network counts for all of them together. Networks are kept as keyed hashes.
alter table stabbur_auth.wrong_codes
  add column network text not null default '',
  -- When the right code was last shown from there.
  add column proved_at timestamptz,
  -- A row serves nobody any more after two days, a network where the right code was shown after half a year.
  add column forget_at timestamptz not null default now(),
  drop constraint wrong_codes_pkey,
  add primary key (subject, kind, network);
drop index stabbur_auth.wrong_codes_since;
create index wrong_codes_forget_at on stabbur_auth.wrong_codes (forget_at);
