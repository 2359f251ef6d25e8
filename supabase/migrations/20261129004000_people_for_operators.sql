-- What whoever looks after the project is shown of people and organizations, page by page (app/docs/organizations.md). All but
-- `set_labels` run as the owner.

-- Names and memberships of so many people, as an object by their ids.
create function private.people(persons uuid[]) returns jsonb
language sql stable as $$
  select coalesce(jsonb_object_agg(person, jsonb_build_object(
    'name', coalesce((select p.display_name from public.profiles p where p.id = person), ''),
    'member_of', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'organization_id', m.organization_id, 'organization', o.name, 'role', m.role,
        'status', case when private.is_waiting(m.id) then 'waiting' else m.status::text end) order by o.name, m.id)
      from public.memberships m join public.organizations o on o.id = m.organization_id where m.user_id = person), '[]'))), '{}')
  from unnest(persons) person
$$;

-- People whose name has a text in it.
create function private.named(wanted text, most integer) returns setof uuid
language sql stable as $$
  select p.id from public.profiles p where position(lower(wanted) in lower(p.display_name)) > 0 order by p.id limit most
$$;

-- Members in the order in which they came, those who have not accepted yet with the address as it was typed.
create function private.member_page(organization uuid, after uuid, most integer) returns json
language sql stable as $$
  select coalesce(json_agg(page), '[]') from (
    select m.id, m.user_id, i.email, m.role, case when i.membership_id is null then m.status::text else 'waiting' end as status
    from public.memberships m left join private.membership_invitations i on i.membership_id = m.id
    where m.organization_id = member_page.organization and (after is null
      or (m.created_at, m.id) > (select a.created_at, a.id from public.memberships a where a.id = after)
      or not exists (select from public.memberships a where a.id = after))
    order by m.created_at, m.id limit most) page
$$;

-- Makes an organization's own words these and no others.
create function private.set_labels(organization uuid, labels jsonb) returns void
language plpgsql as $$
begin
  delete from public.org_labels l where l.organization_id = set_labels.organization and not exists (
    select from jsonb_array_elements(labels) given where given ->> 'key' = l.key and given ->> 'locale' = l.locale);
  insert into public.org_labels as l (organization_id, key, locale, label)
  select set_labels.organization, given ->> 'key', given ->> 'locale', given ->> 'label' from jsonb_array_elements(labels) given
  on conflict (organization_id, key, locale) do update set label = excluded.label where l.label <> excluded.label;
end $$;

revoke execute on function private.people(uuid[]), private.named(text, integer), private.member_page(uuid, uuid, integer),
  private.set_labels(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.set_labels(uuid, jsonb) to authenticated, service_role;
