-- Personal data, for schemas that have no functions of their own. A value is stored as
-- pd1.<key version>.<key name>.<base64 of iv, AES-256-CBC ciphertext, MAC>, encrypted before it is authenticated. The keys are
-- never in the database: Stabbur hands them to one transaction in the setting `stabbur.keys`, the key of one organization and
-- that of profiles to a member, all roots to the service role. Without a key ciphertext is read, and a write is refused.
-- A column of type stabbur_organization.personal is read and written in clear through the data API by whom policies let in; the
-- trigger function encrypt_columns() encrypts what is written.

do $$
begin
  if not exists (select from pg_extension where extname = 'pgcrypto') then
    create schema if not exists extensions;
    create extension pgcrypto with schema extensions;
  end if;
end $$;

create domain stabbur_organization.personal as text;

-- 32 bytes each to encrypt, authenticate and search; null where this transaction was not given the key.
create function stabbur_organization.personal_key(version text, name text) returns bytea
language plpgsql stable as $$
declare
  given jsonb := nullif(current_setting('stabbur.keys', true), '')::jsonb;
  root bytea;
begin
  if given -> 'keys' ? (version || '.' || name) then
    return decode(given -> 'keys' ->> (version || '.' || name), 'base64');
  end if;
  root := decode(given -> 'roots' ->> version, 'base64');
  return extensions.hmac(convert_to(name || ':encrypt', 'UTF8'), root, 'sha256')
    || extensions.hmac(convert_to(name || ':authenticate', 'UTF8'), root, 'sha256')
    || extensions.hmac(convert_to(name || ':search', 'UTF8'), root, 'sha256');
end $$;

create function stabbur_organization.current_key_version() returns text
language plpgsql stable as $$
begin
  return nullif(current_setting('stabbur.keys', true), '')::jsonb ->> 'current';
end $$;

create function stabbur_organization.seal(clear text, version text, name text) returns text
language plpgsql volatile as $$
declare
  key bytea := stabbur_organization.personal_key(version, name);
  head text := 'pd1.' || version || '.' || name || '.';
  iv bytea;
  body bytea;
begin
  if key is null then
    raise exception 'personal data cannot be written here: this request was not given the key %', coalesce(name, '')
      using errcode = '42501', hint = 'Write through the API of the appliance, as a member of the organization that owns the row.';
  end if;
  iv := extensions.gen_random_bytes(16);
  body := iv || extensions.encrypt_iv(convert_to(clear, 'UTF8'), substr(key, 1, 32), iv, 'aes-cbc/pad:pkcs');
  return head || translate(encode(
    body || substr(extensions.hmac(convert_to(head, 'UTF8') || body, substr(key, 33, 32), 'sha256'), 1, 16), 'base64'), E'\n', '');
end $$;

-- Clear text, or the value as it is where it cannot be opened: no key, another organisation's, or altered.
create function stabbur_organization.open(stored text) returns text
language plpgsql stable as $$
declare
  parts text[];
  key bytea;
  raw bytea;
  body bytea;
begin
  if stored is null or not starts_with(stored, 'pd1.') then
    return stored;
  end if;
  parts := string_to_array(stored, '.');
  key := stabbur_organization.personal_key(parts[2], parts[3]);
  if key is null then
    return stored;
  end if;
  raw := decode(parts[4], 'base64');
  body := substr(raw, 1, length(raw) - 16);
  if substr(raw, length(raw) - 15) is distinct from
     substr(extensions.hmac(convert_to('pd1.' || parts[2] || '.' || parts[3] || '.', 'UTF8') || body, substr(key, 33, 32), 'sha256'), 1, 16) then
    return stored;
  end if;
  return convert_from(
    extensions.decrypt_iv(substr(body, 17), substr(key, 1, 32), substr(body, 1, 16), 'aes-cbc/pad:pkcs'), 'UTF8');
end $$;

-- What a column is to hold. A value from the API arrives marked (see personal_from_json) and is sealed; ciphertext of the same
-- key name passes, so that dumps can be loaded; a value that opens to what is stored already changes nothing.
create function stabbur_organization.sealed(given text, stored text, name text) returns text
language plpgsql volatile as $$
declare
  clear text;
begin
  if given is null or given = stored then
    return given;
  end if;
  if starts_with(given, 'pd1.') then
    if split_part(given, '.', 3) <> name then
      raise exception 'personal data of one organization cannot be copied to another' using errcode = '42501';
    end if;
    clear := stabbur_organization.open(given);
    return case
      when split_part(given, '.', 2) = split_part(stored, '.', 2) and clear = stabbur_organization.open(stored) then stored
      else given end;
  end if;
  clear := ltrim(given, E'\x01');
  if stored is not null and clear = stabbur_organization.open(stored) then
    return stored;
  end if;
  return stabbur_organization.seal(clear, stabbur_organization.current_key_version(), name);
end $$;

-- The same clear text under the current version of its key; the value as it is where it cannot be opened. For key rotation.
create function stabbur_organization.reseal(stored text) returns text
language plpgsql volatile as $$
declare
  clear text := stabbur_organization.open(stored);
begin
  if stored is null or split_part(stored, '.', 2) = stabbur_organization.current_key_version() or clear = stored then
    return stored;
  end if;
  return stabbur_organization.seal(clear, stabbur_organization.current_key_version(), split_part(stored, '.', 3));
end $$;

create function stabbur_organization.personal_to_json(stored stabbur_organization.personal) returns json
language plpgsql stable as $$ begin return to_json(stabbur_organization.open(stored::text)); end $$;

create function stabbur_organization.personal_from_json(given json) returns stabbur_organization.personal
language plpgsql stable as $$ begin return E'\x01' || (given #>> '{}'); end $$;

create function stabbur_organization.personal_from_filter(given text) returns stabbur_organization.personal
language plpgsql stable as $$
begin
  raise exception 'this column is stored encrypted and cannot be compared' using errcode = '0A000';
end $$;

-- Postgres notices that it will not use these casts by itself; the data API looks them up.
set local client_min_messages = error;
create cast (stabbur_organization.personal as json) with function stabbur_organization.personal_to_json(stabbur_organization.personal) as implicit;
create cast (json as stabbur_organization.personal) with function stabbur_organization.personal_from_json(json) as implicit;
create cast (text as stabbur_organization.personal) with function stabbur_organization.personal_from_filter(text) as implicit;
set local client_min_messages = notice;

-- Encrypts the columns of a row that is written. Arguments: the column with the organization's id whose key is used, `-` for the
-- key of profiles; then the columns of personal data.
create function stabbur_organization.encrypt_columns() returns trigger
language plpgsql as $$
declare
  name text := case when tg_argv[0] = '-' then 'profiles' else 'organisation:' || (to_jsonb(new) ->> tg_argv[0]) end;
  before jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  after jsonb := to_jsonb(new);
begin
  return jsonb_populate_record(new, (
    select jsonb_object_agg(c.name, stabbur_organization.sealed(after ->> c.name, before ->> c.name, encrypt_columns.name))
    from unnest(tg_argv[1:]) as c (name)));
end $$;

-- Searches in encrypted columns are the schema's own affair: hashes that a rotation of keys would have to make anew.
create function stabbur_organization.outdated_searches(version text) returns setof uuid
language sql stable as $$ select null::uuid where false $$;
create function stabbur_organization.rehash(organization uuid, version text) returns void
language sql as $$ select $$;

revoke execute on all functions in schema stabbur_organization from public;
grant execute on function
  stabbur_organization.personal_key(text, text), stabbur_organization.current_key_version(), stabbur_organization.seal(text, text, text),
  stabbur_organization.open(text), stabbur_organization.sealed(text, text, text), stabbur_organization.encrypt_columns()
  to anon, authenticated, service_role;
-- The data API lists the casts as its login role, which has no rights of its own; without keys these functions do nothing.
grant execute on function
  stabbur_organization.personal_to_json(stabbur_organization.personal), stabbur_organization.personal_from_json(json),
  stabbur_organization.personal_from_filter(text) to public;
