-- Schema storage: the tables, functions and triggers a Supabase project has after the 63 migrations of its storage
-- server, so that policies on storage.objects and restored dumps find what they expect. Runs as superuser.

create schema storage;
grant all on schema storage to supabase_storage_admin, dashboard_user;
grant usage on schema storage to postgres with grant option;
grant create on schema storage to postgres;
grant usage on schema storage to anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema storage
  grant all on functions to postgres, anon, authenticated, service_role;

-- Everything below belongs to the storage server's role.
set local role supabase_storage_admin;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

-- Buckets and objects
create table storage.buckets (
  id text not null,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype default 'STANDARD' not null,
  versioning_status text default 'DISABLED' not null,
  constraint buckets_pkey primary key (id),
  constraint buckets_versioning_dark_check check (versioning_status = 'DISABLED'),
  constraint buckets_versioning_standard_only_check
    check (type = 'STANDARD' or versioning_status = 'DISABLED'),
  constraint buckets_versioning_status_check
    check (versioning_status in ('DISABLED', 'ENABLED', 'SUSPENDED'))
);
create unique index bname on storage.buckets (name);
alter table storage.buckets enable row level security;

create table storage.objects (
  id uuid default gen_random_uuid() not null,
  bucket_id text,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  archived_at timestamptz,
  is_delete_marker boolean default false not null,
  is_versioned boolean default false not null,
  constraint objects_pkey primary key (id),
  constraint "objects_bucketId_fkey" foreign key (bucket_id)
    references storage.buckets (id)
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index idx_objects_bucket_id_name_lower on storage.objects (bucket_id, lower(name) collate "C");
create index name_prefix_search on storage.objects (name text_pattern_ops);
alter table storage.objects enable row level security;

-- S3 uploads in parts
create table storage.s3_multipart_uploads (
  id text not null,
  in_progress_size bigint default 0 not null,
  upload_signature text not null,
  bucket_id text not null,
  key text collate "C" not null,
  version text not null,
  owner_id text,
  created_at timestamptz default now() not null,
  user_metadata jsonb,
  metadata jsonb,
  constraint s3_multipart_uploads_pkey primary key (id),
  constraint s3_multipart_uploads_bucket_id_fkey foreign key (bucket_id)
    references storage.buckets (id)
);
create index idx_multipart_uploads_list on storage.s3_multipart_uploads (bucket_id, key, created_at);
alter table storage.s3_multipart_uploads enable row level security;

create table storage.s3_multipart_uploads_parts (
  id uuid default gen_random_uuid() not null,
  upload_id text not null,
  size bigint default 0 not null,
  part_number integer not null,
  bucket_id text not null,
  key text collate "C" not null,
  etag text not null,
  owner_id text,
  version text not null,
  created_at timestamptz default now() not null,
  constraint s3_multipart_uploads_parts_pkey primary key (id),
  constraint s3_multipart_uploads_parts_bucket_id_fkey foreign key (bucket_id)
    references storage.buckets (id),
  constraint s3_multipart_uploads_parts_upload_id_fkey foreign key (upload_id)
    references storage.s3_multipart_uploads (id) on delete cascade
);
alter table storage.s3_multipart_uploads_parts enable row level security;

-- Analytics and vector buckets: kept for restored dumps
create table storage.buckets_analytics (
  name text not null,
  type storage.buckettype default 'ANALYTICS' not null,
  format text default 'ICEBERG' not null,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  id uuid default gen_random_uuid() not null,
  deleted_at timestamptz,
  constraint buckets_analytics_pkey primary key (id)
);
create unique index buckets_analytics_unique_name_idx on storage.buckets_analytics (name)
  where deleted_at is null;
alter table storage.buckets_analytics enable row level security;

create table storage.iceberg_namespaces (
  id uuid default gen_random_uuid() not null,
  bucket_name text not null,
  name text collate "C" not null,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  metadata jsonb default '{}' not null,
  catalog_id uuid not null,
  constraint iceberg_namespaces_pkey primary key (id),
  constraint iceberg_namespaces_catalog_id_fkey foreign key (catalog_id)
    references storage.buckets_analytics (id) on delete cascade
);
create unique index idx_iceberg_namespaces_bucket_id on storage.iceberg_namespaces (catalog_id, name);
alter table storage.iceberg_namespaces enable row level security;

create table storage.iceberg_tables (
  id uuid default gen_random_uuid() not null,
  namespace_id uuid not null,
  bucket_name text not null,
  name text collate "C" not null,
  location text not null,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  remote_table_id text,
  shard_key text,
  shard_id text,
  catalog_id uuid not null,
  constraint iceberg_tables_pkey primary key (id),
  constraint iceberg_tables_catalog_id_fkey foreign key (catalog_id)
    references storage.buckets_analytics (id) on delete cascade,
  constraint iceberg_tables_namespace_id_fkey foreign key (namespace_id)
    references storage.iceberg_namespaces (id) on delete cascade
);
create unique index idx_iceberg_tables_location on storage.iceberg_tables (location);
create unique index idx_iceberg_tables_namespace_id on storage.iceberg_tables (catalog_id, namespace_id, name);
alter table storage.iceberg_tables enable row level security;

create table storage.buckets_vectors (
  id text not null,
  type storage.buckettype default 'VECTOR' not null,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  constraint buckets_vectors_pkey primary key (id)
);
alter table storage.buckets_vectors enable row level security;

create table storage.vector_indexes (
  id text default gen_random_uuid() not null,
  name text collate "C" not null,
  bucket_id text not null,
  data_type text not null,
  dimension integer not null,
  distance_metric text not null,
  metadata_configuration jsonb,
  created_at timestamptz default now() not null,
  updated_at timestamptz default now() not null,
  constraint vector_indexes_pkey primary key (id),
  constraint vector_indexes_bucket_id_fkey foreign key (bucket_id)
    references storage.buckets_vectors (id)
);
create unique index vector_indexes_name_bucket_id_idx on storage.vector_indexes (name, bucket_id);
alter table storage.vector_indexes enable row level security;

-- Book-keeping of the original
create table storage.migrations (
  id integer not null,
  name varchar(100) not null,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp,
  constraint migrations_pkey primary key (id),
  constraint migrations_name_key unique (name)
);
alter table storage.migrations enable row level security;

-- Row-level security is on everywhere and there is no policy yet: a privilege alone shows nobody a row.
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to supabase_storage_admin, postgres with grant option;
grant all on storage.buckets_analytics to anon, authenticated, service_role;
grant all on storage.iceberg_namespaces, storage.iceberg_tables to service_role;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role;
grant select on
  storage.iceberg_namespaces, storage.iceberg_tables,
  storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts
  to anon, authenticated;
grant select on storage.buckets_vectors, storage.vector_indexes to anon, authenticated, service_role;
grant all on storage.migrations to anon, authenticated, service_role, postgres;

-- Parts of an object's name, for policies: 'a/b/c.txt' lies in folders {a,b}, is called c.txt and ends in txt.
create function storage.foldername(name text) returns text[]
language plpgsql immutable as $$
begin
  return trim_array(string_to_array(name, '/'), least(1, cardinality(string_to_array(name, '/'))));
end
$$;

create function storage.filename(name text) returns text
language plpgsql immutable as $$
begin
  return (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))];
end
$$;

-- wire: a name without a dot is its own extension
create function storage.extension(name text) returns text
language plpgsql immutable as $$
begin
  return substring(storage.filename(name) from '[^.]*$');
end
$$;

grant execute on function storage.foldername(text), storage.filename(text), storage.extension(text)
  to anon, authenticated, service_role, postgres, dashboard_user;

-- Which storage operation is running, for policies that differ by it. The prefix 'storage.' may be left out.
create function storage.operation() returns text
language plpgsql stable as $$
begin
  return current_setting('storage.operation', true);
end
$$;

create function storage.allow_any_operation(expected_operations text[]) returns boolean
language sql stable
return exists (
  select
  from unnest(expected_operations) as expected
  where expected <> ''
    and regexp_replace(expected, '^storage\.', '') = regexp_replace(storage.operation(), '^storage\.', '')
);

create function storage.allow_only_operation(expected_operation text) returns boolean
language sql stable
return storage.allow_any_operation(array[expected_operation]);

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
language plpgsql stable as $$
begin
  return query
    select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id
    from storage.objects as o
    group by o.bucket_id;
end
$$;

-- Asks row-level security whether the caller may insert this object: SQLSTATE PT200 means yes, and leaves no row.
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql as $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata)
  values (bucketid, can_insert_object.name, can_insert_object.owner, can_insert_object.metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'the object may be inserted; nothing was written';
end
$$;

-- Listing. An object whose name goes on behind the delimiter is shown once, as the folder up to it; folders have no
-- id. The functions walk the index from one shown entry to the next, so a folder costs one look-up however much
-- is in it. They run as the caller: row-level security decides what exists.

-- The part of the key up to the first delimiter behind the prefix, null if there is none.
create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql immutable
return case
  when position(p_delimiter in substr(p_key, length(p_prefix) + 1)) > 0
    then left(p_key, length(p_prefix) + position(p_delimiter in substr(p_key, length(p_prefix) + 1)))
end;

-- Names in byte order, each whole. start_after and next_token name the last entry already shown.
create function storage.list_objects_with_delimiter(
  _bucket_id text,
  prefix_param text,
  delimiter_param text,
  max_keys integer default 100,
  start_after text default '',
  next_token text default '',
  sort_order text default 'asc'
)
returns table (
  name text,
  id uuid,
  metadata jsonb,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz
)
language plpgsql stable as $$
declare
  prefix constant text := coalesce(prefix_param, '');
  shown constant text := coalesce(nullif(next_token, ''), start_after, '');
  upwards constant boolean := lower(coalesce(sort_order, 'asc')) = 'asc';
  behind_delimiter constant text := chr(ascii(delimiter_param) + 1);
  -- the walk goes on from here; null means from the end of the prefix's range
  seek text;
  seek_itself boolean := true;
  entry record;
  folder text;
  count integer := 0;
begin
  if shown <> '' then
    if exists (
      select from storage.objects as o
      where o.bucket_id = _bucket_id and starts_with(o.name, shown || delimiter_param)
        and o.name collate "C" >= shown || delimiter_param
    ) then
      seek := case when upwards then shown || behind_delimiter else shown || delimiter_param end;
      seek_itself := upwards;
    else
      seek := shown;
      seek_itself := false;
    end if;
  elsif upwards then
    seek := prefix;
  end if;

  while count < max_keys loop
    if upwards then
      select o.name, o.id, o.metadata, o.updated_at, o.created_at, o.last_accessed_at into entry
      from storage.objects as o
      where o.bucket_id = _bucket_id
        and o.name collate "C" >= greatest(seek collate "C", prefix)
        and (seek_itself or o.name <> seek)
      order by o.name collate "C"
      limit 1;
    elsif seek is null then
      select o.name, o.id, o.metadata, o.updated_at, o.created_at, o.last_accessed_at into entry
      from storage.objects as o
      where o.bucket_id = _bucket_id and o.name collate "C" >= prefix and starts_with(o.name, prefix)
      order by o.name collate "C" desc
      limit 1;
    else
      select o.name, o.id, o.metadata, o.updated_at, o.created_at, o.last_accessed_at into entry
      from storage.objects as o
      where o.bucket_id = _bucket_id
        and o.name collate "C" < seek and o.name collate "C" >= prefix and starts_with(o.name, prefix)
      order by o.name collate "C" desc
      limit 1;
    end if;
    exit when not found or not starts_with(entry.name, prefix);

    folder := storage.get_common_prefix(entry.name, prefix, delimiter_param);
    if folder is null then
      name := entry.name;
      id := entry.id;
      metadata := entry.metadata;
      updated_at := entry.updated_at;
      created_at := entry.created_at;
      last_accessed_at := entry.last_accessed_at;
      seek := entry.name;
      seek_itself := false;
    else
      name := left(folder, -1);
      id := null;
      metadata := null;
      updated_at := null;
      created_at := null;
      last_accessed_at := null;
      seek := case when upwards then left(folder, -1) || behind_delimiter else folder end;
      seek_itself := upwards;
    end if;
    count := count + 1;
    return next;
  end loop;
end
$$;

-- First version of listing: upper and lower case are the same, names are shown without the prefix, pages are
-- counted off. levels is accepted for old callers; the prefix says how deep the listing is.
create function storage.search(
  prefix text,
  bucketname text,
  limits integer default 100,
  levels integer default 1,
  offsets integer default 0,
  search text default '',
  sortcolumn text default 'name',
  sortorder text default 'asc'
)
returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql stable as $$
declare
  page constant integer := least(coalesce(limits, 100), 1500);
  wanted constant text := lower(coalesce(search.prefix, '') || coalesce(search.search, ''));
  hidden constant integer := length(coalesce(search.prefix, ''));
  depth constant integer := greatest(cardinality(string_to_array(wanted, '/')), 1);
  first_level constant integer := greatest(cardinality(string_to_array(search.prefix, '/')), 1);
  upwards constant boolean := lower(coalesce(sortorder, 'asc')) = 'asc';
  seek text;
  seek_name text;
  entry record;
  folder text;
  skipped integer := 0;
  count integer := 0;
begin
  -- By a time: folders first, by name, then the objects.
  if lower(sortcolumn) in ('updated_at', 'created_at', 'last_accessed_at') then
    return query
      with found as (
        select o.*, cardinality(o.path_tokens) > depth as is_folder,
          array_to_string(o.path_tokens[first_level:depth], '/') as shown,
          case lower(sortcolumn)
            when 'updated_at' then o.updated_at
            when 'created_at' then o.created_at
            else o.last_accessed_at
          end as moment
        from storage.objects as o
        where o.bucket_id = bucketname
          and lower(o.name) collate "C" >= wanted
          and starts_with(lower(o.name), wanted)
      ),
      entries as (
        select f.shown, null::uuid as id, null::timestamptz as updated_at, null::timestamptz as created_at,
          null::timestamptz as last_accessed_at, null::jsonb as metadata, null::timestamptz as moment, true as is_folder
        from found as f
        where f.is_folder
        group by f.shown
        union all
        select f.shown, f.id, f.updated_at, f.created_at, f.last_accessed_at, f.metadata, f.moment, false
        from found as f
        where not f.is_folder
      )
      select e.shown, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
      from entries as e
      order by
        e.is_folder desc,
        case when upwards then e.moment end asc,
        case when not upwards then e.moment end desc,
        case when upwards then e.shown end collate "C" asc,
        case when not upwards then e.shown end collate "C" desc
      limit page offset coalesce(offsets, 0);
    return;
  end if;

  while count < page loop
    if upwards then
      select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata into entry
      from storage.objects as o
      where o.bucket_id = bucketname
        and lower(o.name) collate "C" >= coalesce(seek, wanted)
        and (seek is null or (lower(o.name) collate "C", o.name collate "C") > (seek, seek_name))
      order by lower(o.name) collate "C", o.name collate "C"
      limit 1;
      exit when not found or not starts_with(lower(entry.name), wanted);
    else
      select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata into entry
      from storage.objects as o
      where o.bucket_id = bucketname
        and lower(o.name) collate "C" >= wanted
        and (seek is null or lower(o.name) collate "C" <= seek)
        and (seek is null or (lower(o.name) collate "C", o.name collate "C") < (seek, seek_name))
        and starts_with(lower(o.name), wanted)
      order by lower(o.name) collate "C" desc, o.name collate "C" desc
      limit 1;
      exit when not found;
    end if;

    folder := storage.get_common_prefix(entry.name, wanted, '/');
    if folder is null then
      name := substr(entry.name, hidden + 1);
      id := entry.id;
      updated_at := entry.updated_at;
      created_at := entry.created_at;
      last_accessed_at := entry.last_accessed_at;
      metadata := entry.metadata;
      seek := lower(entry.name);
      seek_name := entry.name;
    else
      name := substr(left(folder, -1), hidden + 1);
      id := null;
      updated_at := null;
      created_at := null;
      last_accessed_at := null;
      metadata := null;
      -- on to the other side of everything that begins with the folder
      seek := lower(case when upwards then left(folder, -1) || '0' else folder end);
      seek_name := '';
    end if;

    if skipped < coalesce(offsets, 0) then
      skipped := skipped + 1;
    else
      count := count + 1;
      return next;
    end if;
  end loop;
end
$$;

-- Second version of listing, by a time: a folder is as old as the oldest object in it.
create function storage.search_by_timestamp(
  p_prefix text,
  p_bucket_id text,
  p_limit integer,
  p_level integer,
  p_start_after text,
  p_sort_order text,
  p_sort_column text,
  p_sort_column_after text
)
returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql stable as $$
declare
  wanted constant text := coalesce(p_prefix, '');
  upwards constant boolean := p_sort_order = 'asc';
  shown_at constant timestamptz := coalesce(nullif(p_sort_column_after, '')::timestamptz, 'epoch');
begin
  return query
    with found as (
      select o.*, storage.get_common_prefix(o.name, wanted, '/') as folder
      from storage.objects as o
      where o.bucket_id = p_bucket_id and o.name collate "C" >= wanted and starts_with(o.name, wanted)
    ),
    entries as (
      select rtrim(f.folder, '/') as name, null::uuid as id, min(f.created_at) as updated_at,
        min(f.created_at) as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
      from found as f
      where f.folder is not null
      group by f.folder
      union all
      select f.name, f.id, f.updated_at, f.created_at, f.last_accessed_at, f.metadata
      from found as f
      where f.folder is null
    ),
    dated as (
      select e.*,
        coalesce(
          date_trunc('milliseconds', case p_sort_column when 'updated_at' then e.updated_at else e.created_at end),
          'epoch'
        ) as moment
      from entries as e
    )
    select split_part(d.name, '/', p_level), d.name, d.id, d.updated_at, d.created_at, d.last_accessed_at, d.metadata
    from dated as d
    where coalesce(p_start_after, '') = ''
      or upwards and (d.moment, d.name collate "C") > (shown_at, p_start_after)
      or not upwards and (d.moment, d.name collate "C") < (shown_at, p_start_after)
    order by
      case when upwards then d.moment end asc,
      case when not upwards then d.moment end desc,
      case when upwards then d.name end collate "C" asc,
      case when not upwards then d.name end collate "C" desc
    limit p_limit;
end
$$;

-- Second version of listing: pages continue behind a name (and, sorted by a time, behind that time).
create function storage.search_v2(
  prefix text,
  bucket_name text,
  limits integer default 100,
  levels integer default 1,
  start_after text default '',
  sort_order text default 'asc',
  sort_column text default 'name',
  sort_column_after text default ''
)
returns table (
  key text,
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql stable as $$
declare
  page constant integer := least(coalesce(limits, 100), 1500);
  direction constant text := case when lower(sort_order) = 'desc' then 'desc' else 'asc' end;
begin
  if lower(sort_column) in ('updated_at', 'created_at') then
    return query
      select *
      from storage.search_by_timestamp(
        prefix, bucket_name, page, levels, start_after, direction, lower(sort_column), sort_column_after
      );
  else
    return query
      select split_part(l.name, '/', levels), l.name, l.id, l.updated_at, l.created_at, l.last_accessed_at, l.metadata
      from storage.list_objects_with_delimiter(
        bucket_name, coalesce(prefix, ''), '/', page, start_after, '', direction
      ) as l;
  end if;
end
$$;

-- Unfinished S3 uploads, one per key or folder (the oldest), in byte order.
create function storage.list_multipart_uploads_with_delimiter(
  bucket_id text,
  prefix_param text,
  delimiter_param text,
  max_keys integer default 100,
  next_key_token text default '',
  next_upload_token text default ''
)
returns table (key text, id text, created_at timestamptz)
language plpgsql as $$
begin
  return query
    with entries as (
      select coalesce(storage.get_common_prefix(u.key, prefix_param, delimiter_param), u.key) as key,
        u.id, u.created_at
      from storage.s3_multipart_uploads as u
      where u.bucket_id = list_multipart_uploads_with_delimiter.bucket_id and starts_with(u.key, prefix_param)
    )
    select distinct on (e.key collate "C") e.key, e.id, e.created_at
    from entries as e
    where (next_upload_token <> '' or next_key_token = '' or e.key collate "C" > next_key_token)
      and (next_upload_token = '' or e.id collate "C" > next_upload_token)
    order by e.key collate "C", e.created_at
    limit max_keys;
end
$$;

-- Deleting a row by hand would leave its file behind, so only the storage API may, which sets the setting.
create function storage.protect_delete() returns trigger
language plpgsql as $$
begin
  if current_setting('storage.allow_delete_query', true) is distinct from 'true' then
    raise exception 'Rows of storage.% cannot be deleted by SQL; use the Storage API', tg_table_name
      using errcode = '42501', hint = 'The Storage API deletes the file together with its row.';
  end if;
  return null;
end
$$;

create function storage.enforce_bucket_name_length() returns trigger
language plpgsql as $$
begin
  if length(new.name) > 100 then
    raise exception 'The bucket name has % characters; at most 100 are allowed', length(new.name);
  end if;
  return new;
end
$$;

create function storage.update_updated_at_column() returns trigger
language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create trigger enforce_bucket_name_length_trigger
  before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();
create trigger protect_buckets_delete
  before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create trigger protect_objects_delete
  before delete on storage.objects
  for each statement execute function storage.protect_delete();
create trigger update_objects_updated_at
  before update on storage.objects
  for each row execute function storage.update_updated_at_column();

-- A later storage server that is pointed at this database compares these hashes and has nothing to do.
insert into storage.migrations (id, name, hash) values
  (0, 'create-migrations-table', 'e18db593bcde2aca2a408c4d1100f6abba2195df'),
  (1, 'initialmigration', '6ab16121fbaa08bbd11b712d05f358f9b555d777'),
  (2, 'storage-schema', 'f6a1fa2c93cbcd16d4e487b362e45fca157a8dbd'),
  (3, 'pathtoken-column', '2cb1b0004b817b29d5b0a971af16bafeede4b70d'),
  (4, 'add-migrations-rls', '427c5b63fe1c5937495d9c635c263ee7a5905058'),
  (5, 'add-size-functions', '79e081a1455b63666c1294a440f8ad4b1e6a7f84'),
  (6, 'change-column-name-in-get-size', 'ded78e2f1b5d7e616117897e6443a925965b30d2'),
  (7, 'add-rls-to-buckets', 'e7e7f86adbc51049f341dfe8d30256c1abca17aa'),
  (8, 'add-public-to-buckets', 'fd670db39ed65f9d08b01db09d6202503ca2bab3'),
  (9, 'fix-search-function', 'af597a1b590c70519b464a4ab3be54490712796b'),
  (10, 'search-files-search-function', 'b595f05e92f7e91211af1bbfe9c6a13bb3391e16'),
  (11, 'add-trigger-to-auto-update-updated_at-column', '7425bdb14366d1739fa8a18c83100636d74dcaa2'),
  (12, 'add-automatic-avif-detection-flag', '8e92e1266eb29518b6a4c5313ab8f29dd0d08df9'),
  (13, 'add-bucket-custom-limits', 'cce962054138135cd9a8c4bcd531598684b25e7d'),
  (14, 'use-bytes-for-max-size', '941c41b346f9802b411f06f30e972ad4744dad27'),
  (15, 'add-can-insert-object-function', '934146bc38ead475f4ef4b555c524ee5d66799e5'),
  (16, 'add-version', '76debf38d3fd07dcfc747ca49096457d95b1221b'),
  (17, 'drop-owner-foreign-key', 'f1cbb288f1b7a4c1eb8c38504b80ae2a0153d101'),
  (18, 'add_owner_id_column_deprecate_owner', 'e7a511b379110b08e2f214be852c35414749fe66'),
  (19, 'alter-default-value-objects-id', '02e5e22a78626187e00d173dc45f58fa66a4f043'),
  (20, 'list-objects-with-delimiter', 'cd694ae708e51ba82bf012bba00caf4f3b6393b7'),
  (21, 's3-multipart-uploads', '8c804d4a566c40cd1e4cc5b3725a664a9303657f'),
  (22, 's3-multipart-uploads-big-ints', '9737dc258d2397953c9953d9b86920b8be0cdb73'),
  (23, 'optimize-search-function', '9d7e604cddc4b56a5422dc68c9313f4a1b6f132c'),
  (24, 'operation-function', '8312e37c2bf9e76bbe841aa5fda889206d2bf8aa'),
  (25, 'custom-metadata', 'd974c6057c3db1c1f847afa0e291e6165693b990'),
  (26, 'objects-prefixes', '215cabcb7f78121892a5a2037a09fedf9a1ae322'),
  (27, 'search-v2', '859ba38092ac96eb3964d83bf53ccc0b141663a6'),
  (28, 'object-bucket-name-sorting', 'c73a2b5b5d4041e39705814fd3a1b95502d38ce4'),
  (29, 'create-prefixes', 'ad2c1207f76703d11a9f9007f821620017a66c21'),
  (30, 'update-object-levels', '2be814ff05c8252fdfdc7cfb4b7f5c7e17f0bed6'),
  (31, 'objects-level-index', 'b40367c14c3440ec75f19bbce2d71e914ddd3da0'),
  (32, 'backward-compatible-index-on-objects', 'e0c37182b0f7aee3efd823298fb3c76f1042c0f7'),
  (33, 'backward-compatible-index-on-prefixes', 'b480e99ed951e0900f033ec4eb34b5bdcb4e3d49'),
  (34, 'optimize-search-function-v1', 'ca80a3dc7bfef894df17108785ce29a7fc8ee456'),
  (35, 'add-insert-trigger-prefixes', '458fe0ffd07ec53f5e3ce9df51bfdf4861929ccc'),
  (36, 'optimise-existing-functions', '6ae5fca6af5c55abe95369cd4f93985d1814ca8f'),
  (37, 'add-bucket-name-length-trigger', '3944135b4e3e8b22d6d4cbb568fe3b0b51df15c1'),
  (38, 'iceberg-catalog-flag-on-buckets', '02716b81ceec9705aed84aa1501657095b32e5c5'),
  (39, 'add-search-v2-sort-support', '6706c5f2928846abee18461279799ad12b279b78'),
  (40, 'fix-prefix-race-conditions-optimized', '7ad69982ae2d372b21f48fc4829ae9752c518f6b'),
  (41, 'add-object-level-update-trigger', '07fcf1a22165849b7a029deed059ffcde08d1ae0'),
  (42, 'rollback-prefix-triggers', '771479077764adc09e2ea2043eb627503c034cd4'),
  (43, 'fix-object-level', '84b35d6caca9d937478ad8a797491f38b8c2979f'),
  (44, 'vector-bucket-type', '99c20c0ffd52bb1ff1f32fb992f3b351e3ef8fb3'),
  (45, 'vector-buckets', '049e27196d77a7cb76497a85afae669d8b230953'),
  (46, 'buckets-objects-grants', 'fedeb96d60fefd8e02ab3ded9fbde05632f84aed'),
  (47, 'iceberg-table-metadata', '649df56855c24d8b36dd4cc1aeb8251aa9ad42c2'),
  (48, 'iceberg-catalog-ids', 'e0e8b460c609b9999ccd0df9ad14294613eed939'),
  (49, 'buckets-objects-grants-postgres', '072b1195d0d5a2f888af6b2302a1938dd94b8b3d'),
  (50, 'search-v2-optimised', '6323ac4f850aa14e7387eb32102869578b5bd478'),
  (51, 'index-backward-compatible-search', '2ee395d433f76e38bcd3856debaf6e0e5b674011'),
  (52, 'drop-not-used-indexes-and-functions', '5cc44c8696749ac11dd0dc37f2a3802075f3a171'),
  (53, 'drop-index-lower-name', 'd0cb18777d9e2a98ebe0bc5cc7a42e57ebe41854'),
  (54, 'drop-index-object-level', '6289e048b1472da17c31a7eba1ded625a6457e67'),
  (55, 'prevent-direct-deletes', '262a4798d5e0f2e7c8970232e03ce8be695d5819'),
  (56, 'fix-optimized-search-function', 'b823ed1e418101032fa01374edc9a436e54e3ed4'),
  (57, 's3-multipart-uploads-metadata', 'f127886e00d1b374fadbc7c6b31e09336aad5287'),
  (58, 'operation-ergonomics', '00ca5d483b3fe0d522133d9002ccc5df98365120'),
  (59, 'drop-unused-functions', '38456f13e39691c2bbb4b5151d0d1cdbabd4a8c4'),
  (60, 'optimize-existing-functions-again', 'db35e1c91a9201e59f4fef8d972c2f277d68b157'),
  (61, 'mark-filename-immutable', 'fe0096517ae9d60aaec1d110172ba9036dc66bb7'),
  (62, 'object-versioning-core', '0b855f00ff3be0bfca91efee02a9858912491a9a'),
  (63, 'fix-search-name-relative-to-prefix', 'c7485e417624f795ce8bb2da21927f48e088904d');

reset role;
