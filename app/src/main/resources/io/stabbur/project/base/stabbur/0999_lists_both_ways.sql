-- What storage.search lists by name, upwards or downwards, read in rows of a hundred instead of one by one: a hundred is what
-- Postgres plans for, whatever is asked. A folder ends the reading, which goes on on its other side. Either way the place where
-- the reading goes on is a condition on the index, so that nothing is read twice. Runs as the caller: policies decide what is
-- there.
create function stabbur_storage.list_folder(
  bucket text,
  prefix text,
  search text,
  page integer,
  skip integer,
  upwards boolean
)
returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language plpgsql stable security invoker set search_path = '' as $$
declare
  wanted constant text := lower(list_folder.prefix || list_folder.search);
  hidden constant integer := length(list_folder.prefix);
  -- behind every name that begins with what is wanted: no name is longer than 1,024 bytes
  behind constant text := wanted || repeat(chr(1114111), 257);
  seek text := case when list_folder.upwards then wanted else behind end;
  seek_name text := '';
  skipped integer := 0;
  shown integer := 0;
  entry record;
  seen integer;
  slash integer;
begin
  while shown < list_folder.page loop
    seen := 0;
    slash := 0;
    for entry in
      (
        select o.name, lower(o.name) as folded, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
        from storage.objects as o
        where list_folder.upwards
          and o.bucket_id = list_folder.bucket
          and lower(o.name) collate "C" >= seek
          and (lower(o.name) collate "C", o.name collate "C") > (seek, seek_name)
        order by lower(o.name) collate "C", o.name collate "C"
        limit 100
      )
      union all
      (
        select o.name, lower(o.name) as folded, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
        from storage.objects as o
        where not list_folder.upwards
          and o.bucket_id = list_folder.bucket
          and lower(o.name) collate "C" >= wanted
          and lower(o.name) collate "C" <= seek
          and (lower(o.name) collate "C", o.name collate "C") < (seek, seek_name)
        order by lower(o.name) collate "C" desc, o.name collate "C" desc
        limit 100
      )
    loop
      if not starts_with(entry.folded, wanted) then
        return;
      end if;
      seen := seen + 1;
      slash := position('/' in substr(entry.name, length(wanted) + 1));
      if slash = 0 then
        name := substr(entry.name, hidden + 1);
        id := entry.id;
        updated_at := entry.updated_at;
        created_at := entry.created_at;
        last_accessed_at := entry.last_accessed_at;
        metadata := entry.metadata;
        seek := entry.folded;
        seek_name := entry.name;
      else
        name := substr(left(entry.name, length(wanted) + slash - 1), hidden + 1);
        id := null;
        updated_at := null;
        created_at := null;
        last_accessed_at := null;
        metadata := null;
        -- on to the other side of everything that begins with the folder
        seek := lower(left(entry.name, length(wanted) + slash - 1)) || case when list_folder.upwards then '0' else '/' end;
        seek_name := '';
      end if;
      if skipped < list_folder.skip then
        skipped := skipped + 1;
      else
        shown := shown + 1;
        return next;
      end if;
      exit when slash > 0 or shown = list_folder.page;
    end loop;
    exit when slash = 0 and seen < 100;
  end loop;
end
$$;
revoke execute on function stabbur_storage.list_folder(text, text, text, integer, integer, boolean) from public;
grant execute on function stabbur_storage.list_folder(text, text, text, integer, integer, boolean)
  to anon, authenticated, service_role, supabase_storage_admin;

-- As servers of before ask, which may run beside newer ones.
create or replace function stabbur_storage.list_folder(bucket text, prefix text, search text, page integer, skip integer)
returns table (
  name text,
  id uuid,
  updated_at timestamptz,
  created_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb
)
language sql stable security invoker set search_path = '' as $$
  select * from stabbur_storage.list_folder(bucket, prefix, search, page, skip, true)
$$;
