-- What is left of allowances that the processes of a project share, such as sign-ins of one address (io.stabbur.auth.guard). Names
-- are hashes. Not worth a log entry: after a crash all begin anew.
create unlogged table stabbur.allowances (
  name text primary key,
  remaining double precision not null,
  filled_at timestamptz not null
) with (fillfactor = 50);
create index allowances_filled_at on stabbur.allowances (filled_at);
revoke all on stabbur.allowances from public;

-- Takes one of `size`, which are there again after so many seconds; false where none is left. Processes take turns at the row.
create function stabbur.take_allowance(allowance text, size integer, seconds double precision) returns boolean
language sql security definer set search_path = '' as $$
  with taken as (
    insert into stabbur.allowances as a (name, remaining, filled_at)
    values (allowance, size - 1, clock_timestamp())
    on conflict (name) do update set
      remaining = least(size, a.remaining + greatest(0, extract(epoch from excluded.filled_at - a.filled_at)) * size / seconds) - 1,
      filled_at = greatest(a.filled_at, excluded.filled_at)
    where least(size, a.remaining + greatest(0, extract(epoch from excluded.filled_at - a.filled_at)) * size / seconds) >= 1
    returning 1)
  select exists (select from taken)
$$;
revoke execute on function stabbur.take_allowance(text, integer, double precision) from public;
