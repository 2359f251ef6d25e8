-- A deletion is told to every subscriber, with the columns that identify the row: policies cannot be asked about what is gone. The
-- primary key of availability says who belongs to which organisation, so its rows are identified by a number that means nothing.

alter table public.availability add column change_key uuid not null default gen_random_uuid();
create unique index availability_change_key on public.availability (change_key);
alter table public.availability replica identity using index availability_change_key;
