-- Projects that were added at run time. Each change is told to all processes.
create table projects (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,38}[a-z0-9]$'),
  ref text not null unique,
  settings text not null,
  files text not null,
  suspended boolean not null default false,
  stays_open boolean not null default false,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);

create function tell_of_projects() returns trigger language plpgsql
  set search_path = pg_catalog as $$
begin
  perform pg_notify('stabbur_control', 'projects');
  return null;
end $$;

create trigger tell after insert or update or delete on projects
  for each statement execute function tell_of_projects();
