-- Findings of the advisor that are meant to be so: migrations insert them, each with a reason, and an end where it is for a time.
create table stabbur.accepted_findings (
  finding text primary key,
  because text not null check (length(trim(because)) > 0),
  until date
);
comment on table stabbur.accepted_findings is 'Findings of the advisor, by cache key, that are accepted because … until …';
