-- Everything that is kept about one account, in clear for the one who answers the person's request.
with person as (select ?::uuid as id)
select jsonb_pretty(jsonb_build_object(
  'account', (
    select jsonb_build_object('id', u.id, 'email', u.email, 'phone', u.phone, 'created_at', u.created_at,
      'last_sign_in_at', u.last_sign_in_at, 'user_metadata', u.raw_user_meta_data, 'app_metadata', u.raw_app_meta_data)
    from auth.users u, person where u.id = person.id),
  'identities', (
    select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'data', i.identity_data, 'created_at', i.created_at)), '[]')
    from auth.identities i, person where i.user_id = person.id),
  'sessions', (
    select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'user_agent', s.user_agent, 'ip', s.ip)), '[]')
    from auth.sessions s, person where s.user_id = person.id),
  'profile', (
    select to_jsonb(p) || jsonb_build_object('phone', private.open(p.phone))
    from public.profiles p, person where p.id = person.id),
  'memberships', (
    select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object('organization', o.name)), '[]')
    from public.memberships m join public.organizations o on o.id = m.organization_id, person where m.user_id = person.id),
  'activities', (
    select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('summary', private.open(a.summary), 'location', private.open(a.location))), '[]')
    from public.activities a, person where a.user_id = person.id),
  'assignments', (
    select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('message', private.open(a.message), 'epikrise_reference', private.open(a.epikrise_reference))), '[]')
    from public.assignments a, person where person.id in (a.peer_mentor_id, a.coordinator_id)),
  'contacts_owned', (
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'organization_id', c.organization_id, 'created_at', c.created_at)), '[]')
    from public.contacts c, person where c.owner_id = person.id),
  'availability', (
    select coalesce(jsonb_agg(to_jsonb(a)), '[]') from public.availability a, person where a.user_id = person.id),
  'expense_claims', (
    select coalesce(jsonb_agg(to_jsonb(e)), '[]') from public.expense_claims e, person where e.user_id = person.id),
  'certifications', (
    select coalesce(jsonb_agg(to_jsonb(c)), '[]') from public.certifications c, person where c.user_id = person.id),
  'files', (
    select coalesce(jsonb_agg(jsonb_build_object('bucket', f.bucket_id, 'name', f.name, 'created_at', f.created_at)), '[]')
    from storage.objects f, person
    where f.bucket_id in ('receipts', 'certificates', 'avatars') and (storage.foldername(f.name))[2] = person.id::text),
  'files_removed', (
    select coalesce(jsonb_agg(jsonb_build_object('bucket', l.bucket_id, 'name', l.name, 'removed_at', l.occurred_at) order by l.id), '[]')
    from stabbur_storage.retention_log l, person
    where l.owner_id = person.id::text or (storage.foldername(l.name))[2] = person.id::text),
  'file_jobs', (
    select coalesce(jsonb_agg(jsonb_build_object('kind', j.kind, 'bucket', j.bucket_id, 'prefix', j.prefix, 'to_prefix', j.to_prefix,
      'state', j.state, 'created_at', j.created_at) order by j.created_at), '[]')
    from stabbur_storage.jobs j, person where j.owner_id = person.id::text),
  'audit', (
    select coalesce(jsonb_agg(jsonb_build_object('action', l.action, 'table', l.table_name, 'row', l.row_id, 'occurred_at', l.occurred_at) order by l.id), '[]')
    from public.audit_log l, person where l.actor_id = person.id)
))
from person
where exists (select from auth.users u where u.id = person.id)
