-- What a statement has just inserted is not seen by a STABLE function of the same statement, so a policy that asks such a
-- function for the ids of all rows hides the new row from the one who inserted it: `insert … returning` and `on conflict`
-- are refused. Whoever runs the platform sees every organization, without a list of them.
alter policy members_read on public.organizations
  using ((select private.has_role('global_admin')) or id = any ((select private.visible_organizations())::uuid[]));

-- Those who run the platform, by the organization API of Stabbur. They run as the owner.
create function private.platform_admins() returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('user_id', a.user_id, 'email', u.email, 'created_at', a.created_at) order by a.created_at, a.user_id), '[]')
  from public.platform_admins a join auth.users u on u.id = a.user_id
$$;

-- False where the person is one already.
create function private.add_platform_admin(person uuid) returns boolean
language plpgsql as $$
begin
  insert into public.platform_admins (user_id) values (person) on conflict do nothing;
  return found;
end $$;

-- False where the person is none.
create function private.remove_platform_admin(person uuid) returns boolean
language plpgsql as $$
begin
  delete from public.platform_admins a where a.user_id = person;
  return found;
end $$;
revoke execute on function private.platform_admins(), private.add_platform_admin(uuid), private.remove_platform_admin(uuid)
  from public, anon, authenticated, service_role;
