-- Live state. Changes of the tables a mobile app shows are published; their policies decide who hears of which row. Messages
-- go to topics `org:<organization>:…` of the active organisation and `user:<person>:…` of one person.

do $$
declare
  relation text;
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
  foreach relation in array array['assignments', 'availability', 'expense_claims', 'activities'] loop
    if not exists (
      select from pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = relation)
    then
      execute format('alter publication supabase_realtime add table public.%I', relation);
    end if;
  end loop;
end $$;

-- Whose topic the channel is: `org` or `user`, and the id behind it. Null for other topics.
create function private.topic_kind() returns text
language plpgsql stable as $$
begin
  return (regexp_match(realtime.topic(), '^(org|user):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?::|$)'))[1];
end $$;

create function private.topic_id() returns uuid
language plpgsql stable as $$
begin
  return case when private.topic_kind() is not null then split_part(realtime.topic(), ':', 2)::uuid end;
end $$;

-- One reads the topics of the organisation one acts in and one's own.
create function private.may_read_topic() returns boolean
language plpgsql stable as $$
begin
  return coalesce(
    case private.topic_kind()
      when 'org' then private.topic_id() = private.organization()
      when 'user' then private.topic_id() = private.uid()
    end, false);
end $$;

-- One writes where one reads; staff also to the people of their organisation.
create function private.may_write_topic() returns boolean
language plpgsql stable as $$
begin
  return private.may_read_topic() or coalesce(
    private.topic_kind() = 'user' and private.is_staff() and exists (
      select from public.memberships m
      where m.user_id = private.topic_id() and m.organization_id = private.organization() and m.status = 'active'),
    false);
end $$;

revoke execute on function private.topic_kind(), private.topic_id(), private.may_read_topic(), private.may_write_topic() from public;
grant execute on function private.topic_kind(), private.topic_id(), private.may_read_topic(), private.may_write_topic() to authenticated;

-- On a hosted project the table may belong to a role that this one does not become: its operator adds the policies there.
do $$
begin
  create policy members_read on realtime.messages for select to authenticated
    using (extension in ('broadcast', 'presence') and (select private.may_read_topic()));
  create policy members_write on realtime.messages for insert to authenticated
    with check (extension in ('broadcast', 'presence') and (select private.may_write_topic()));
exception when insufficient_privilege or undefined_table or invalid_schema_name then
  raise notice 'no policies on realtime.messages: private topics stay closed';
end $$;
