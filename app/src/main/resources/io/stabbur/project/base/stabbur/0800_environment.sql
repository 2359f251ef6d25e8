-- Which environment a database belongs to, such as production: a server that is configured for another does not open it.
-- Runs as postgres, also on a hosted project.
create table stabbur.environment (
  only_row boolean primary key default true check (only_row),
  name text not null check (char_length(name) between 1 and 60),
  since timestamptz not null default now()
);
revoke all on stabbur.environment from public;
