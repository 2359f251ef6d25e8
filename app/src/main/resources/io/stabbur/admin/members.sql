select coalesce(json_agg(json_build_object(
  'user_id', m.user_id, 'role', m.role, 'status', m.status, 'is_primary', m.is_primary,
  'local_association_id', m.local_association_id, 'display_name', p.display_name, 'created_at', m.created_at)
  order by m.created_at, m.id), '[]')
from public.memberships m
left join public.profiles p on p.id = m.user_id
where m.organization_id = ?
