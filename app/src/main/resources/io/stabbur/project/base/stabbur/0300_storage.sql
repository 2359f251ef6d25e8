-- What Stabbur keeps beside the `storage` schema: bytes that wait for their removal, uploads that are
-- still under way, and the questions a request asks of the policies.
create schema if not exists stabbur_storage;
grant usage on schema stabbur_storage to public;

-- Bytes under a key that no row may come to own: written before the first byte, removed by the commit
-- of the row. What is still here when it is due is deleted, if no row owns it.
create table stabbur_storage.byte_removals (
  bucket_id text not null,
  name text not null,
  version text not null,
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  last_error text,
  primary key (bucket_id, name, version)
);
create index byte_removals_due on stabbur_storage.byte_removals (due_at);

-- Resumable uploads: everything about one but its bytes.
create table stabbur_storage.resumable_uploads (
  version text primary key,
  bucket_id text not null,
  name text not null,
  store_upload text not null,
  upsert boolean not null,
  signed boolean not null,
  owner_id text,
  length bigint,
  stored bigint not null default 0,
  tail bigint not null default 0,
  parts jsonb not null default '[]',
  metadata jsonb not null,
  user_metadata jsonb,
  announced text not null default '',
  lease text,
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index resumable_uploads_expiry on stabbur_storage.resumable_uploads (expires_at);

-- Replaced and removed versions leave a note in the same transaction, whoever's statement it was.
create function stabbur_storage.note_removed_bytes() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' or old.version is distinct from new.version then
    if old.version is not null then
      insert into stabbur_storage.byte_removals (bucket_id, name, version)
      values (old.bucket_id, old.name, old.version)
      on conflict (bucket_id, name, version) do update set due_at = now();
    end if;
  end if;
  return null;
end $$;
create trigger note_removed_bytes after update or delete on storage.objects
  for each row execute function stabbur_storage.note_removed_bytes();

-- May the caller store this row? The row is written as the caller and taken back.
create function stabbur_storage.try_upload(
  bucket text, object text, owner text, metadata jsonb, user_metadata jsonb, upsert boolean
) returns boolean language plpgsql security invoker set search_path = '' as $$
declare
  owner_uuid uuid;
begin
  begin
    owner_uuid := owner::uuid;
  exception when invalid_text_representation then
    owner_uuid := null;
  end;
  begin
    if upsert then
      perform stabbur_storage.upsert_as_caller(bucket, object, owner, owner_uuid, metadata, user_metadata);
    else
      insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
      values (bucket, object, owner_uuid, owner, '1', metadata, user_metadata);
    end if;
    raise exception using errcode = 'ST000';
  exception when sqlstate 'ST000' then
    return true;
  end;
end $$;

create function stabbur_storage.upsert_as_caller(
  bucket text, object text, owner text, owner_uuid uuid, metadata jsonb, user_metadata jsonb
) returns uuid language sql security invoker set search_path = '' as $$
  insert into storage.objects as o
    (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
  values (bucket, object, owner_uuid, owner, '1', metadata, user_metadata)
  on conflict (bucket_id, name) do update
    set version = excluded.version, owner = excluded.owner, owner_id = excluded.owner_id,
        metadata = excluded.metadata, user_metadata = excluded.user_metadata
  returning o.id
$$;

-- May the caller move this row? Changed as the caller and taken back; false when it cannot be seen.
create function stabbur_storage.try_move(
  from_bucket text, from_object text, to_bucket text, to_object text, owner text
) returns boolean language plpgsql security invoker set search_path = '' as $$
declare
  moved int;
begin
  begin
    update storage.objects set bucket_id = to_bucket, name = to_object,
      owner_id = coalesce(try_move.owner, owner_id)
    where bucket_id = from_bucket and name = from_object;
    get diagnostics moved = row_count;
    raise exception using errcode = 'ST000';
  exception when sqlstate 'ST000' then
    return moved > 0;
  end;
end $$;

-- Would the caller see a row of their own at that path? Asked of the policies themselves, so the
-- answer depends on the caller and the path alone and never on what is stored there.
create function stabbur_storage.may_look(bucket text, object text) returns boolean
language plpgsql stable security invoker set search_path = '' as $$
declare
  permitted text;
  restricted text;
  answer boolean;
  me text := nullif(current_setting('request.jwt.claim.sub', true), '');
begin
  if (select rolbypassrls or rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    return true;
  end if;
  select string_agg('(' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', ' or ')
           filter (where p.polpermissive),
         string_agg('(' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', ' and ')
           filter (where not p.polpermissive)
    into permitted, restricted
    from pg_catalog.pg_policy p
   where p.polrelid = 'storage.objects'::pg_catalog.regclass
     and p.polcmd in ('r', '*') and p.polqual is not null
     and exists (select 1 from pg_catalog.unnest(p.polroles) r (id)
                  where r.id = 0 or pg_catalog.pg_has_role(current_user, r.id, 'MEMBER'));
  if permitted is null then
    return false;
  end if;
  execute pg_catalog.format(
    'select coalesce((%s) and (%s), false) from (select (pg_catalog.jsonb_populate_record('
    'null::storage.objects, $1)).*) as objects', permitted, coalesce(restricted, 'true'))
    into answer
    using pg_catalog.jsonb_build_object(
      'bucket_id', bucket, 'name', object, 'owner_id', me, 'version', '1',
      'owner', case when me ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then me end,
      'path_tokens', pg_catalog.to_jsonb(pg_catalog.string_to_array(object, '/')),
      'created_at', now(), 'updated_at', now());
  return answer;
end $$;

-- A moment as JavaScript writes it.
create function stabbur_storage.iso(moment timestamptz) returns text
language sql immutable set search_path = '' as $$
  select pg_catalog.to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;


-- The row of an upload and the end of its note, together. ST410: the note is gone, so the bytes are.
create function stabbur_storage.commit_upload(
  bucket text, object text, new_version text, owner text, metadata jsonb, user_metadata jsonb, upsert boolean
) returns setof storage.objects language plpgsql security invoker set search_path = '' as $$
declare
  owner_uuid uuid := case
    when owner ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then owner::uuid end;
begin
  delete from stabbur_storage.byte_removals r
   where r.bucket_id = bucket and r.name = object and r.version = new_version;
  if not found then
    raise exception using errcode = 'ST410', message = 'the bytes were swept away';
  end if;
  if upsert then
    return query
      insert into storage.objects as o
        (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
      values (bucket, object, owner_uuid, owner, new_version, metadata, user_metadata)
      on conflict (bucket_id, name) do update
        set version = excluded.version, owner = excluded.owner, owner_id = excluded.owner_id,
            metadata = excluded.metadata, user_metadata = excluded.user_metadata
      returning o.*;
  else
    return query
      insert into storage.objects as o
        (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
      values (bucket, object, owner_uuid, owner, new_version, metadata, user_metadata)
      on conflict (bucket_id, name) do nothing
      returning o.*;
    if not found then
      raise exception using errcode = 'ST409', message = 'the resource already exists';
    end if;
  end if;
end $$;

-- A moved object's new place and version. ST404: it was changed or removed meanwhile.
create function stabbur_storage.commit_move(
  from_bucket text, from_object text, old_version text,
  to_bucket text, to_object text, new_version text, owner text
) returns setof storage.objects language plpgsql security invoker set search_path = '' as $$
begin
  delete from stabbur_storage.byte_removals r
   where r.bucket_id = to_bucket and r.name = to_object and r.version = new_version;
  if not found then
    raise exception using errcode = 'ST410', message = 'the bytes were swept away';
  end if;
  return query
    update storage.objects o
       set bucket_id = to_bucket, name = to_object, version = new_version,
           owner_id = coalesce(commit_move.owner, o.owner_id),
           owner = case when commit_move.owner ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                        then commit_move.owner::uuid else o.owner end
     where o.bucket_id = from_bucket and o.name = from_object and o.version = old_version
    returning o.*;
  if not found then
    raise exception using errcode = 'ST404', message = 'the object changed meanwhile';
  end if;
end $$;
revoke execute on function stabbur_storage.commit_upload(text, text, text, text, jsonb, jsonb, boolean) from public;
revoke execute on function stabbur_storage.commit_move(text, text, text, text, text, text, text) from public;
grant execute on function stabbur_storage.commit_upload(text, text, text, text, jsonb, jsonb, boolean)
  to supabase_storage_admin;
grant execute on function stabbur_storage.commit_move(text, text, text, text, text, text, text)
  to supabase_storage_admin;
grant all on stabbur_storage.byte_removals, stabbur_storage.resumable_uploads to supabase_storage_admin;
