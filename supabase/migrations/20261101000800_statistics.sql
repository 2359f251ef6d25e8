-- Statistics: counted into a materialised view, refreshed on a schedule and on demand; no names, no text.

create materialized view private.org_stats_months as
select
  organization_id, month,
  sum(activities)::bigint as activities,
  sum(active_mentors)::bigint as active_mentors,
  sum(minutes)::bigint as minutes,
  sum(claims_total)::bigint as claims_total,
  sum(claims_open)::bigint as claims_open,
  sum(claims_amount)::numeric(14, 2) as claims_amount,
  sum(certificates_expiring)::bigint as certificates_expiring
from (
  select organization_id, date_trunc('month', occurred_at at time zone 'Europe/Oslo')::date as month,
    count(*) as activities, count(distinct user_id) as active_mentors, sum(duration_minutes) as minutes,
    0 as claims_total, 0 as claims_open, 0.0 as claims_amount, 0 as certificates_expiring
  from public.activities where deleted_at is null group by 1, 2
  union all
  select organization_id, date_trunc('month', created_at at time zone 'Europe/Oslo')::date,
    0, 0, 0, count(*), count(*) filter (where status = 'submitted'), sum(amount), 0
  from public.expense_claims where deleted_at is null group by 1, 2
  union all
  select organization_id, date_trunc('month', expires_on)::date, 0, 0, 0, 0, 0, 0, count(*)
  from public.certifications where deleted_at is null and expires_on is not null and status in ('pending', 'verified') group by 1, 2
  union all
  -- Every organisation has a row for the month of the refresh.
  select id, date_trunc('month', now() at time zone 'Europe/Oslo')::date, 0, 0, 0, 0, 0, 0, 0 from public.organizations
) as counted
group by organization_id, month;
create unique index on private.org_stats_months (organization_id, month);

-- A trusted role sees everything, a platform administrator too; everybody else the active organisation.
create function private.counted_organizations() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role('global_admin') or private.is_trusted(coalesce(nullif(current_setting('role', true), 'none'), session_user)) then
    return array(select o.id from public.organizations o);
  end if;
  return array[private.organization()];
end $$;
grant execute on function private.counted_organizations() to anon, authenticated, service_role;

-- Read with the owner's rights, so the condition is the policy.
create view public.org_stats with (security_barrier) as
select organization_id, month, activities, active_mentors, minutes, claims_total, claims_open, claims_amount, certificates_expiring
from private.org_stats_months
where organization_id = any ((select private.counted_organizations())::uuid[]);

-- The yearly grant report: handed-in activities per local association, type and period (year, quarter, month). Participants
-- are counted once per period, so the parts of a year may add up to more than the year. For staff and the platform.
create view public.grant_report with (security_barrier) as
select
  a.organization_id, o.name as organization, a.local_association_id, l.name as local_association, a.type,
  case when grouping(a.month) = 0 then 'month' when grouping(a.quarter) = 0 then 'quarter' else 'year' end as period_kind,
  case when grouping(a.month) = 0 then a.month when grouping(a.quarter) = 0 then a.quarter else a.year end as period,
  a.year,
  count(*) as activities,
  count(distinct a.contact_id) as participants,
  count(distinct a.user_id) as mentors,
  round(sum(a.duration_minutes) / 60.0, 2) as hours
from (
  select organization_id, local_association_id, type, contact_id, user_id, duration_minutes,
    to_char(occurred_at at time zone 'Europe/Oslo', 'YYYY') as year,
    to_char(occurred_at at time zone 'Europe/Oslo', 'YYYY"-Q"Q') as quarter,
    to_char(occurred_at at time zone 'Europe/Oslo', 'YYYY-MM') as month
  from public.activities
  where deleted_at is null and status <> 'draft'
    and organization_id = any ((select private.counted_organizations())::uuid[])
    and (select private.is_staff() or private.has_role('global_admin') or private.is_trusted())
) as a
join public.organizations o on o.id = a.organization_id
left join public.local_associations l on l.id = a.local_association_id
group by grouping sets (
  (a.organization_id, o.name, a.local_association_id, l.name, a.type, a.year),
  (a.organization_id, o.name, a.local_association_id, l.name, a.type, a.year, a.quarter),
  (a.organization_id, o.name, a.local_association_id, l.name, a.type, a.year, a.month));

revoke all on public.org_stats, public.grant_report from public, anon, authenticated, service_role;
grant select on public.org_stats, public.grant_report to authenticated, service_role;

-- A write to them is refused for want of a right, as for a table, not because a view cannot take it.
create function private.refuse_view_change() returns trigger
language plpgsql as $$ begin perform private.refuse('what is counted cannot be changed'); return null; end $$;
create trigger read_only instead of insert or update or delete on public.org_stats for each row execute function private.refuse_view_change();
create trigger read_only instead of insert or update or delete on public.grant_report for each row execute function private.refuse_view_change();

-- On demand, for the operator and the service role.
create function public.refresh_org_stats() returns void
language plpgsql security definer set search_path = '' as $$
begin
  refresh materialized view concurrently private.org_stats_months;
end $$;
revoke execute on function public.refresh_org_stats() from public, anon, authenticated;
grant execute on function public.refresh_org_stats() to service_role;
