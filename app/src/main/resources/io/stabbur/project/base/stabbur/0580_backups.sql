-- What backups leave in the database: when the last one was made and proven, and for how long the
-- bytes of removed files must stay because a backup still has to copy them.
create table stabbur.backup_status (
  only_row boolean primary key default true check (only_row),
  last_backup text,
  last_backup_at timestamptz,
  last_failure text,
  last_failure_at timestamptz,
  last_proof_backup text,
  last_proof_at timestamptz,
  last_proof_failure text,
  last_proof_failure_at timestamptz,
  shipped_lsn text,
  shipped_at timestamptz,
  shipping_failure text,
  shipping_failure_at timestamptz,
  proof text,
  bytes_kept interval not null default '0',
  bytes_held_until timestamptz
);
insert into stabbur.backup_status default values;
revoke all on stabbur.backup_status from public, anon, authenticated, service_role;

-- Bytes whose removal was due by this moment may be removed.
create function stabbur_storage.removals_due() returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case when bytes_held_until > pg_catalog.now() then '-infinity' else pg_catalog.now() - bytes_kept end
  from stabbur.backup_status
$$;

-- Moments a restore can go back to by name.
create table stabbur.recovery_points (
  name text primary key check (name <> '' and octet_length(name) < 64),
  lsn text not null,
  created_at timestamptz not null default clock_timestamp()
);
revoke all on stabbur.recovery_points from public, anon, authenticated, service_role;

-- A named moment in the write-ahead log. What is committed before the call is in a restore to it, what
-- is committed after it is not. Names are unique.
create function stabbur.create_recovery_point(name text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  place text;
begin
  insert into stabbur.recovery_points (name, lsn) values (create_recovery_point.name, '');
  place := pg_catalog.pg_create_restore_point(create_recovery_point.name);
  update stabbur.recovery_points p set lsn = place where p.name = create_recovery_point.name;
  return place;
end $$;
revoke execute on function stabbur.create_recovery_point(text) from public, anon, authenticated, service_role;
