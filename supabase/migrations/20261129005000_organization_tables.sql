-- Names the tables by which an organization's rows are found, and those that say who belongs to one (app/docs/organizations.md).
create function private.organization_tables() returns jsonb
language sql immutable as $$
  select '{"organizations": "public.organizations", "members": ["public.memberships", "private.membership_invitations"]}'::jsonb
$$;
revoke execute on function private.organization_tables() from public, anon, authenticated, service_role;
