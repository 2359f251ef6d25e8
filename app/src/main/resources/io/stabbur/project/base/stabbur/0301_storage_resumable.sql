-- Each piece of a resumable upload gets a number of its own, so that two writers of one upload can never
-- write the same piece.
alter table stabbur_storage.resumable_uploads add column next_part integer not null default 1;
