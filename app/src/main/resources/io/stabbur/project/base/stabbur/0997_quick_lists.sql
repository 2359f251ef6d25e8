-- A moment as JavaScript writes it. Postgres puts the text of a function that sets nothing, and promises no more than what it
-- calls keeps, in the place of each call.
create or replace function stabbur_storage.iso(moment timestamptz) returns text
language sql stable
return pg_catalog.to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- What storage.search lists by name, upwards, read in rows of a hundred instead of one by one: a hundred is what Postgres plans
-- for, whatever is asked. A folder ends the reading, which goes on behind it. Runs as the caller: policies decide what is there.
create function stabbur_storage.list_folder(bucket text, prefix text, search text, page integer, skip integer)
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
  seek text := wanted;
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
      select o.name, lower(o.name) as folded, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata
      from storage.objects as o
      where o.bucket_id = list_folder.bucket
        and lower(o.name) collate "C" >= seek
        and (lower(o.name) collate "C", o.name collate "C") > (seek, seek_name)
      order by lower(o.name) collate "C", o.name collate "C"
      limit 100
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
        seek := lower(left(entry.name, length(wanted) + slash - 1)) || '0';
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
