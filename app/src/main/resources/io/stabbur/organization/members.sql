with waiting as (select * from private.waiting_members(?))
select coalesce(json_agg(to_json(everybody) order by created_at, id), '[]')
from (
  select m.id, m.user_id, null as email, m.role, m.status, m.is_primary, m.local_association_id, p.display_name, m.created_at
  from public.memberships m
  left join public.profiles p on p.id = m.user_id
  where m.organization_id = ? and not private.is_waiting(m.id)
  union all
  select w.id, w.user_id, w.email, w.role, w.status, false, w.local_association_id, null, w.created_at
  from waiting w) everybody
