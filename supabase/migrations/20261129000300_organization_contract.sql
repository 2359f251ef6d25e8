-- Fulfils the contract by which the organization API of Stabbur works with this schema (app/docs/organizations.md): the functions
-- it calls, and the row that names roles and columns of personal data. `renew_claims`, `require_may_add`, `ask_consent`,
-- `membership_claims`, `write_audit`, `audit_refused_switch` and the functions of personal data are there already.

create function private.organizations() returns json
language sql stable as $$
  select coalesce(json_agg(o order by o.slug), '[]')
  from public.organizations o
$$;

create function private.organization(id uuid) returns jsonb
language sql stable as $$
  select to_jsonb(o) || jsonb_build_object('labels', coalesce(
    (select jsonb_agg(jsonb_build_object('key', l.key, 'locale', l.locale, 'label', l.label) order by l.key, l.locale)
     from public.org_labels l where l.organization_id = o.id), '[]'))
  from public.organizations o
  where o.id = organization.id
$$;

-- False where the short name is taken.
create function private.add_organization(organization jsonb) returns boolean
language plpgsql as $$
begin
  insert into public.organizations (id, slug, name, settings)
  values ((organization ->> 'id')::uuid, organization ->> 'slug', organization ->> 'name', organization -> 'settings')
  on conflict (slug) do nothing;
  if not found then
    return false;
  end if;
  insert into public.org_labels (organization_id, key, locale, label)
  select (organization ->> 'id')::uuid, l ->> 'key', l ->> 'locale', l ->> 'label'
  from jsonb_array_elements(organization -> 'labels') with ordinality as given (l, place) order by place;
  return true;
end $$;

create function private.change_organization(organization uuid, changes jsonb) returns boolean
language plpgsql as $$
begin
  update public.organizations o set name = coalesce(changes ->> 'name', o.name), slug = coalesce(changes ->> 'slug', o.slug),
    status = coalesce((changes ->> 'status')::public.organization_status, o.status), settings = coalesce(changes -> 'settings', o.settings)
  where o.id = change_organization.organization;
  return found;
end $$;

create function private.members(organization uuid) returns json
language sql stable as $$
  with waiting as (select * from private.waiting_members(members.organization))
  select coalesce(json_agg(to_json(everybody) order by created_at, id), '[]')
  from (
    select m.id, m.user_id, null as email, m.role, m.status, m.is_primary, m.local_association_id, p.display_name, m.created_at
    from public.memberships m
    left join public.profiles p on p.id = m.user_id
    where m.organization_id = members.organization and not private.is_waiting(m.id)
    union all
    select w.id, w.user_id, w.email, w.role, w.status, false, w.local_association_id, null, w.created_at
    from waiting w) everybody
$$;

-- False where the person is a member already.
create function private.add_member(member jsonb) returns boolean
language plpgsql as $$
begin
  insert into public.memberships (id, organization_id, user_id, role, local_association_id, status)
  values ((member ->> 'id')::uuid, (member ->> 'organization_id')::uuid, (member ->> 'user_id')::uuid, (member ->> 'role')::public.app_role,
    (member ->> 'local_association_id')::uuid, (member ->> 'status')::public.membership_status)
  on conflict do nothing;
  return found;
end $$;

-- The member is named by the id of the membership, or of the person once they have accepted. The status is touched only where
-- it is named: to set it again ends the code of whoever waits to accept.
create function private.change_member(organization uuid, member uuid, changes jsonb) returns jsonb
language plpgsql as $$
declare
  wished_role constant public.app_role := changes ->> 'role';
  wished_status constant public.membership_status := changes ->> 'status';
  association constant uuid := changes ->> 'local_association_id';
  changed jsonb := private.change_invited(organization, member, wished_role, association, wished_status);
begin
  if changed is not null then
    return changed;
  elsif wished_status is null then
    update public.memberships m set role = coalesce(wished_role, m.role), local_association_id = coalesce(association, m.local_association_id)
    where m.organization_id = organization and member in (m.id, m.user_id) returning to_jsonb(m) into changed;
  else
    update public.memberships m set role = coalesce(wished_role, m.role), local_association_id = coalesce(association, m.local_association_id),
      status = wished_status
    where m.organization_id = organization and member in (m.id, m.user_id) returning to_jsonb(m) into changed;
  end if;
  return changed;
end $$;

create function private.remove_member(organization uuid, member uuid) returns boolean
language plpgsql as $$
begin
  if private.withdraw_invitation(organization, member) is not null then
    return true;
  end if;
  delete from public.memberships m where m.organization_id = organization and member in (m.id, m.user_id);
  return found;
end $$;

-- Everything that is kept about an account or a contact, in clear for the one who answers the person's request.
create function private.export_person(person uuid) returns text
language plpgsql stable as $$
declare
  found_text text;
begin
  with person as (select export_person.person as id)
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
  into found_text;
  if found_text is null then
    select jsonb_pretty(jsonb_build_object(
      'contact', (to_jsonb(c) - 'email_hash' - 'phone_hash') || jsonb_build_object(
        'full_name', private.open(c.full_name), 'phone', private.open(c.phone),
        'email', private.open(c.email), 'notes', private.open(c.notes)),
      'activities', (
        select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('summary', private.open(a.summary), 'location', private.open(a.location))), '[]')
        from public.activities a where a.contact_id = c.id),
      'assignments', (
        select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('message', private.open(a.message), 'epikrise_reference', private.open(a.epikrise_reference))), '[]')
        from public.assignments a where a.contact_id = c.id)
    ))
    from public.contacts c
    where c.id = export_person.person
    into found_text;
  end if;
  return found_text;
end $$;

-- Removes what is kept about a person. What others need stays without the person: that an activity took place, that a claim was
-- paid. The answer is `account` where the account itself is to be removed after this, `record` where a contact was emptied.
create function private.erase_person(person uuid) returns text
language plpgsql as $$
begin
  if exists (select from auth.users u where u.id = person) then
    update public.activities a set title = '', summary = null, location = null where a.user_id = person;
    update public.expense_claims e set description = '', decision_note = null, receipt_path = null where e.user_id = person;
    delete from public.platform_admins a where a.user_id = person;
    -- The bytes follow: the storage API notes them for removal with the rows.
    perform set_config('storage.allow_delete_query', 'true', true);
    delete from storage.objects f where f.bucket_id in ('receipts', 'certificates', 'avatars')
      and (storage.foldername(f.name))[2] = person::text;
    if to_regclass('stabbur_storage.retention_log') is not null then
      -- That something was removed, and when, stays; a file's name is often a person's.
      update stabbur_storage.retention_log l set name = null, owner_id = null
      where l.owner_id = person::text or (storage.foldername(l.name))[2] = person::text;
      delete from stabbur_storage.jobs j where j.owner_id = person::text or split_part(j.prefix, '/', 2) = person::text
        or split_part(j.to_prefix, '/', 2) = person::text;
    end if;
    return 'account';
  elsif exists (select from public.contacts c where c.id = person) then
    update public.activities a set title = '', summary = null, location = null where a.contact_id = person;
    update public.assignments a set message = null, epikrise_reference = null where a.contact_id = person;
    update public.contacts c set full_name = null, phone = null, email = null, notes = null,
      deleted_at = coalesce(c.deleted_at, clock_timestamp()) where c.id = person;
    return 'record';
  end if;
  return null;
end $$;

create function private.audit_person(person uuid, action text) returns void
language plpgsql as $$
begin
  perform private.write_audit((select c.organization_id from public.contacts c where c.id = person), private.uid(), private.actor_role(),
    action, null, person::text, '{}');
end $$;

create function private.refresh_statistics() returns void
language plpgsql as $$
begin
  perform public.refresh_org_stats();
end $$;

-- Hashes for searches and their version change together, for one organization at a time: a search finds all or waits.
create function private.outdated_searches(version text) returns setof uuid
language sql stable as $$
  select s.organization_id from private.search_versions s where s.version <> outdated_searches.version
$$;
create function private.rehash(organization uuid, version text) returns void
language plpgsql as $$
begin
  perform from private.search_versions s where s.organization_id = organization for update;
  update public.contacts c set
    email_hash = private.search_hash(private.normal_email(private.open(c.email)), rehash.version, c.organization_id),
    phone_hash = private.search_hash(private.normal_phone(private.open(c.phone)), rehash.version, c.organization_id)
  where c.organization_id = organization;
  update private.search_versions s set version = rehash.version where s.organization_id = organization;
end $$;

-- What the appliance verifies and signs is found beside the heads, origins and seals of the chains.
create view private.audit_entries as
select id, organization_id, actor_id, actor_role, action, table_name, row_id, changed, occurred_at, chain, sequence, hash
from public.audit_log;
revoke all on private.audit_entries from public, anon, authenticated, service_role;

revoke execute on function
  private.organizations(), private.organization(uuid), private.add_organization(jsonb), private.change_organization(uuid, jsonb),
  private.members(uuid), private.add_member(jsonb), private.change_member(uuid, uuid, jsonb), private.remove_member(uuid, uuid),
  private.export_person(uuid), private.erase_person(uuid), private.audit_person(uuid, text), private.refresh_statistics(),
  private.outdated_searches(text), private.rehash(uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function
  private.organizations(), private.organization(uuid), private.add_organization(jsonb), private.change_organization(uuid, jsonb),
  private.members(uuid), private.add_member(jsonb), private.change_member(uuid, uuid, jsonb), private.remove_member(uuid, uuid)
  to authenticated, service_role;

-- Registers this schema. A database that Stabbur prepares only later needs it once then: select private.register_organizations();
create function private.register_organizations() returns void
language plpgsql as $$
begin
  insert into stabbur.organization_schema (functions, roles, default_role, first_role, administrator_roles, platform_role, member_fields)
  values ('private', array['peer_mentor', 'coordinator', 'org_admin'], 'peer_mentor', 'org_admin', array['org_admin'], 'global_admin',
    array['local_association_id'])
  on conflict do nothing;
  insert into stabbur.personal_columns (table_schema, table_name, column_name) values
    ('public', 'contacts', 'full_name'), ('public', 'contacts', 'phone'), ('public', 'contacts', 'email'), ('public', 'contacts', 'notes'),
    ('public', 'activities', 'summary'), ('public', 'activities', 'location'),
    ('public', 'assignments', 'message'), ('public', 'assignments', 'epikrise_reference'), ('public', 'profiles', 'phone')
  on conflict do nothing;
end $$;
revoke execute on function private.register_organizations() from public, anon, authenticated, service_role;
do $$
begin
  if to_regclass('stabbur.organization_schema') is not null then
    perform private.register_organizations();
  end if;
end $$;
