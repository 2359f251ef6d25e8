-- Whom or what an entry of the journal is about: an address, a name, or the number of somebody who was erased.
alter table operator_log add column project text, add column subject text;
create index on operator_log (subject) where subject is not null;
