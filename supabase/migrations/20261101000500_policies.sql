-- Who may do what. Policies read the claims of the token, each wrapped in a scalar sub-select: evaluated once per statement.
-- Soft-deleted rows stay visible, so that a delta query tells an offline client what was deleted.

-- Organisations whose rows of general interest the caller may see: the active one, or all for a platform administrator.
create function private.visible_organizations() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role('global_admin') then
    return array(select o.id from public.organizations o);
  end if;
  return array[private.organization()];
end $$;
grant execute on function private.visible_organizations() to anon, authenticated, service_role;

-- No table is for callers without an account, and nobody truncates. Grants say which verbs exist at all.
revoke all on public.organizations, public.org_labels, public.local_associations, public.profiles, public.memberships,
  public.platform_admins, public.contacts, public.activities, public.assignments, public.availability, public.expense_claims,
  public.certifications from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.organizations, public.org_labels, public.local_associations, public.profiles,
  public.memberships, public.contacts, public.activities, public.assignments, public.availability, public.expense_claims,
  public.certifications to authenticated;
grant select on public.platform_admins to authenticated;
grant select, insert, update, delete on public.organizations, public.org_labels, public.local_associations, public.profiles,
  public.memberships, public.platform_admins, public.contacts, public.activities, public.assignments, public.availability,
  public.expense_claims, public.certifications to service_role;

-- organizations
create policy members_read on public.organizations for select to authenticated
  using (id = any ((select private.visible_organizations())::uuid[]));
create policy admins_update on public.organizations for update to authenticated
  using ((id = (select private.organization()) and (select private.has_role('org_admin'))) or (select private.has_role('global_admin')))
  with check ((id = (select private.organization()) and (select private.has_role('org_admin'))) or (select private.has_role('global_admin')));
create policy platform_creates on public.organizations for insert to authenticated
  with check ((select private.has_role('global_admin')));
create policy platform_deletes on public.organizations for delete to authenticated
  using ((select private.has_role('global_admin')));

-- org_labels, local_associations: read by members, written by administrators.
do $$
declare
  relation text;
begin
  foreach relation in array array['org_labels', 'local_associations'] loop
    execute format('create policy members_read on public.%I for select to authenticated
      using (organization_id = any ((select private.visible_organizations())::uuid[]))', relation);
    execute format('create policy admins_create on public.%I for insert to authenticated
      with check (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role(''org_admin'', ''global_admin'')))', relation);
    execute format('create policy admins_update on public.%I for update to authenticated
      using (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role(''org_admin'', ''global_admin'')))', relation);
    execute format('create policy admins_delete on public.%I for delete to authenticated
      using (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role(''org_admin'', ''global_admin'')))', relation);
  end loop;
end $$;

-- memberships: one's own, the organisation's for staff, all for the platform. No role above org_admin exists in this table.
create policy own_read on public.memberships for select to authenticated
  using (user_id = (select private.uid())
    and organization_id = any ((select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))::text[]::uuid[]));
create policy staff_read on public.memberships for select to authenticated
  using (organization_id = any ((select private.visible_organizations())::uuid[])
    and (select private.has_role('coordinator', 'org_admin', 'global_admin')));
create policy admins_create on public.memberships for insert to authenticated
  with check (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role('org_admin', 'global_admin')));
create policy admins_update on public.memberships for update to authenticated
  using (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role('org_admin', 'global_admin')));
create policy admins_delete on public.memberships for delete to authenticated
  using (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role('org_admin', 'global_admin')));

-- platform_admins: who is one may know it; only the operator changes it.
create policy own_read on public.platform_admins for select to authenticated
  using (user_id = (select private.uid()));

-- profiles: one's own; staff see those of their active members. A platform administrator sees none but their own.
create policy own_read on public.profiles for select to authenticated
  using (id = (select private.uid()));
create policy staff_read on public.profiles for select to authenticated
  using ((select private.is_staff()) and exists (
    select from public.memberships m where m.user_id = profiles.id and m.organization_id = (select private.organization()) and m.status = 'active'));
create policy own_create on public.profiles for insert to authenticated
  with check (id = (select private.uid()));
create policy own_update on public.profiles for update to authenticated
  using (id = (select private.uid()));

-- contacts: one's own, or all for coordinators.
create policy read on public.contacts for select to authenticated
  using (organization_id = (select private.organization())
    and owner_id is not distinct from coalesce((select private.only_person()), owner_id));
create policy own_create on public.contacts for insert to authenticated
  with check (organization_id = (select private.organization())
    and ((owner_id = (select private.uid()) and (select private.has_role('peer_mentor'))) or (select private.has_role('coordinator'))));
create policy own_update on public.contacts for update to authenticated
  using (organization_id = (select private.organization())
    and ((owner_id = (select private.uid()) and (select private.has_role('peer_mentor'))) or (select private.has_role('coordinator'))));
create policy own_delete on public.contacts for delete to authenticated
  using (organization_id = (select private.organization())
    and ((owner_id = (select private.uid()) and (select private.has_role('peer_mentor'))) or (select private.has_role('coordinator'))));

-- activities: a peer mentor's own while draft; coordinators set the status.
create policy read on public.activities for select to authenticated
  using (organization_id = (select private.organization())
    and user_id is not distinct from coalesce((select private.only_person()), user_id));
create policy own_create on public.activities for insert to authenticated
  with check (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status in ('draft', 'submitted') and (select private.has_role('peer_mentor')));
create policy own_update on public.activities for update to authenticated
  using (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status = 'draft' and (select private.has_role('peer_mentor')))
  with check (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status in ('draft', 'submitted') and (select private.has_role('peer_mentor')));
create policy coordinators_update on public.activities for update to authenticated
  using (organization_id = (select private.organization()) and (select private.has_role('coordinator')));
create policy own_delete on public.activities for delete to authenticated
  using (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status = 'draft' and (select private.has_role('peer_mentor')));

-- assignments: the mentor it is for reads and answers; coordinators write.
create policy read on public.assignments for select to authenticated
  using (organization_id = (select private.organization())
    and peer_mentor_id is not distinct from coalesce((select private.only_person()), peer_mentor_id));
create policy coordinators_create on public.assignments for insert to authenticated
  with check (organization_id = (select private.organization()) and (select private.has_role('coordinator')));
create policy write on public.assignments for update to authenticated
  using (organization_id = (select private.organization())
    and ((peer_mentor_id = (select private.uid()) and (select private.has_role('peer_mentor'))) or (select private.has_role('coordinator'))));
create policy coordinators_delete on public.assignments for delete to authenticated
  using (organization_id = (select private.organization()) and (select private.has_role('coordinator')));

-- availability: one's own is written, the organisation's is read.
create policy read on public.availability for select to authenticated
  using (organization_id = (select private.organization()));
create policy own_create on public.availability for insert to authenticated
  with check (organization_id = (select private.organization()) and user_id = (select private.uid()) and (select private.has_role('peer_mentor')));
create policy own_update on public.availability for update to authenticated
  using (organization_id = (select private.organization()) and user_id = (select private.uid()) and (select private.has_role('peer_mentor')));
create policy own_delete on public.availability for delete to authenticated
  using (organization_id = (select private.organization()) and user_id = (select private.uid()) and (select private.has_role('peer_mentor')));

-- expense_claims: one's own until decided; staff decide. That it is not their own is a rule with a message: see row rules.
create policy read on public.expense_claims for select to authenticated
  using (organization_id = (select private.organization())
    and user_id is not distinct from coalesce((select private.only_person()), user_id));
create policy own_create on public.expense_claims for insert to authenticated
  with check (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status in ('draft', 'submitted') and (select private.has_role('peer_mentor')));
create policy own_update on public.expense_claims for update to authenticated
  using (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status in ('draft', 'submitted') and (select private.has_role('peer_mentor')));
create policy staff_update on public.expense_claims for update to authenticated
  using (organization_id = (select private.organization()) and (select private.is_staff()));

-- certifications: one's own are created; staff verify and revoke.
create policy read on public.certifications for select to authenticated
  using (organization_id = (select private.organization())
    and user_id is not distinct from coalesce((select private.only_person()), user_id));
create policy own_create on public.certifications for insert to authenticated
  with check (organization_id = (select private.organization()) and user_id = (select private.uid())
    and status = 'pending' and (select private.has_role('peer_mentor')));
create policy staff_update on public.certifications for update to authenticated
  using (organization_id = (select private.organization()) and (select private.is_staff()));

-- The organisations a caller can switch to, whichever is active.
create function public.my_organizations()
  returns table (id uuid, slug text, name text, role public.app_role, local_association_id uuid, is_primary boolean)
language sql stable security definer set search_path = '' as $$
  select o.id, o.slug, o.name, m.role, m.local_association_id, m.is_primary
  from public.memberships m join public.organizations o on o.id = m.organization_id
  where m.user_id = private.uid() and m.status = 'active' and o.status = 'active'
  order by m.is_primary desc, m.created_at, m.id
$$;

-- Names of the people one works with; their profiles are for themselves and for staff.
create function public.colleagues()
  returns table (user_id uuid, display_name text, role public.app_role, local_association_id uuid)
language sql stable security definer set search_path = '' as $$
  select m.user_id, p.display_name, m.role, m.local_association_id
  from public.memberships m join public.profiles p on p.id = m.user_id
  where m.organization_id = private.organization() and m.status = 'active'
$$;
revoke execute on function public.my_organizations(), public.colleagues() from public, anon;
grant execute on function public.my_organizations(), public.colleagues() to authenticated;
