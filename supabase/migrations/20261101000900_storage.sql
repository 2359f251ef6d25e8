-- Buckets, and who may look and write under which path. The answer depends on the path and the token alone.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('receipts', 'receipts', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'application/pdf']),
  ('certificates', 'certificates', false, 10485760, array['application/pdf', 'image/jpeg', 'image/png']),
  ('documents', 'documents', false, 52428800, array['application/pdf', 'image/*', 'text/plain', 'application/octet-stream']),
  ('avatars', 'avatars', true, 5242880, array['image/jpeg', 'image/png', 'image/webp'])
on conflict (id) do nothing;

-- {organization}/{person}/{file}, in the caller's own folder, in an organisation the caller belongs to.
create function private.is_own_folder(object_name text, own_organizations text[]) returns boolean
language plpgsql stable as $$
declare
  folders text[] := storage.foldername(object_name);
begin
  return cardinality(folders) = 2 and folders[1] = any (own_organizations) and folders[2] = private.uid()::text;
end $$;

create function private.is_assignment_mentor(organization text, assignment text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.assignments a
    where a.id = assignment::uuid and a.organization_id = organization::uuid and a.peer_mentor_id = private.uid() and a.deleted_at is null);
exception when invalid_text_representation then
  return false;
end $$;

-- {organization}/{assignment}/{file}: coordinators of the organisation and the mentor of the assignment.
create function private.is_case_folder(object_name text, coordinated text[], own_organizations text[]) returns boolean
language plpgsql stable as $$
declare
  folders text[] := storage.foldername(object_name);
begin
  return cardinality(folders) = 2 and (folders[1] = any (coordinated)
    or (folders[1] = any (own_organizations) and private.is_assignment_mentor(folders[1], folders[2])));
end $$;
grant execute on function private.is_own_folder(text, text[]), private.is_assignment_mentor(text, text), private.is_case_folder(text, text[], text[])
  to anon, authenticated, service_role;

create policy stabbur_own_folder_create on storage.objects for insert to authenticated
  with check (bucket_id in ('receipts', 'certificates', 'avatars')
    and private.is_own_folder(name, (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
create policy stabbur_own_folder_update on storage.objects for update to authenticated
  using (bucket_id in ('receipts', 'certificates', 'avatars')
    and private.is_own_folder(name, (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
create policy stabbur_own_folder_delete on storage.objects for delete to authenticated
  using (bucket_id in ('receipts', 'certificates', 'avatars')
    and private.is_own_folder(name, (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
create policy stabbur_own_folder_read on storage.objects for select to authenticated
  using (bucket_id in ('receipts', 'certificates')
    and (private.is_own_folder(name, (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin')))
      or (storage.foldername(name))[1] = any ((select private.organizations_as('coordinator', 'org_admin'))::text[])));
create policy stabbur_avatars_read on storage.objects for select to authenticated
  using (bucket_id = 'avatars'
    and (storage.foldername(name))[1] = any ((select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))::text[]));

create policy stabbur_documents_read on storage.objects for select to authenticated
  using (bucket_id = 'documents' and private.is_case_folder(name,
    (select private.organizations_as('coordinator')), (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
create policy stabbur_documents_create on storage.objects for insert to authenticated
  with check (bucket_id = 'documents' and private.is_case_folder(name,
    (select private.organizations_as('coordinator')), (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
create policy stabbur_documents_update on storage.objects for update to authenticated
  using (bucket_id = 'documents' and private.is_case_folder(name,
    (select private.organizations_as('coordinator')), (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
create policy stabbur_documents_delete on storage.objects for delete to authenticated
  using (bucket_id = 'documents' and private.is_case_folder(name,
    (select private.organizations_as('coordinator')), (select private.organizations_as('peer_mentor', 'coordinator', 'org_admin'))));
