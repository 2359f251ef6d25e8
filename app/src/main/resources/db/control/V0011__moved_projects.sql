-- A project whose database is moved: until when its writes wait, the settings that led to the database it has left, and how often
-- it has changed over to a database with the same content.
alter table projects add column held_until timestamptz, add column moved_from text, add column moves integer not null default 0;
