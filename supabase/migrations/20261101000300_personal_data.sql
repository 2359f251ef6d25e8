-- Personal data. A value is stored as pd1.<key version>.<key name>.<base64 of iv, AES-256-CBC ciphertext, MAC>, encrypted before it
-- is authenticated. The keys are never in the database: the appliance hands them to one transaction in `stabbur.keys`:
--   {"current": "2", "keys": {"2.organisation:<uuid>": "<base64 of 96 bytes>", "2.profiles": …}}   a member's request
--   {"current": "2", "roots": {"1": "<base64>", "2": "<base64>"}}                                  service role: every organisation
-- The 96 bytes are HMAC-SHA256(root, name || ':encrypt'), … ':authenticate'), … ':search').
-- Without a key ciphertext is read, and a write is refused.

-- 32 bytes each to encrypt, authenticate and search; null where this transaction was not given the key.
create function private.personal_key(version text, name text) returns bytea
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

create function private.current_key_version() returns text
language plpgsql stable as $$
begin
  return nullif(current_setting('stabbur.keys', true), '')::jsonb ->> 'current';
end $$;

create function private.seal(clear text, version text, name text) returns text
language plpgsql volatile as $$
declare
  key bytea := private.personal_key(version, name);
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
create function private.open(stored text) returns text
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
  key := private.personal_key(parts[2], parts[3]);
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
create function private.sealed(given text, stored text, name text) returns text
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
    clear := private.open(given);
    return case
      when split_part(given, '.', 2) = split_part(stored, '.', 2) and clear = private.open(stored) then stored
      else given end;
  end if;
  clear := ltrim(given, E'\x01');
  if stored is not null and clear = private.open(stored) then
    return stored;
  end if;
  return private.seal(clear, private.current_key_version(), name);
end $$;

-- The same clear text under the current version of its key; the value as it is where it cannot be opened. For key rotation.
create function private.reseal(stored text) returns text
language plpgsql volatile as $$
declare
  clear text := private.open(stored);
begin
  if stored is null or split_part(stored, '.', 2) = private.current_key_version() or clear = stored then
    return stored;
  end if;
  return private.seal(clear, private.current_key_version(), split_part(stored, '.', 3));
end $$;

-- Which version of the search key an organisation's hashes are made with: rotation changes hashes and version together.
create table private.search_versions (
  organization_id uuid primary key references public.organizations on delete cascade,
  version text not null
);

create function private.search_version(organization uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((select s.version from private.search_versions s where s.organization_id = organization), private.current_key_version());
end $$;

-- The version for a write: fixed for the organisation by its first hash.
create function private.search_version_for_write(organization uuid) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  found_version text;
begin
  select s.version into found_version from private.search_versions s where s.organization_id = organization for share;
  if found_version is null then
    insert into private.search_versions values (organization, private.current_key_version()) on conflict do nothing;
    select s.version into found_version from private.search_versions s where s.organization_id = organization for share;
  end if;
  return found_version;
end $$;

create function private.search_hash(normal text, version text, organization uuid) returns text
language plpgsql stable as $$
declare
  key bytea := private.personal_key(version, 'organisation:' || organization);
begin
  return encode(substr(extensions.hmac(convert_to(normal, 'UTF8'), substr(key, 65, 32), 'sha256'), 1, 16), 'hex');
end $$;

create function private.normal_email(address text) returns text
language sql immutable as $$ select nullif(lower(btrim(address)), '') $$;

-- Digits only, with + for an international number.
create function private.normal_phone(number text) returns text
language sql immutable as $$
  select nullif(regexp_replace(regexp_replace(btrim(number), '^00', '+'), '(?!^\+)[^0-9]', '', 'g'), '')
$$;

-- Domain representations: how the data API reads, filters and writes these columns. The functions do nothing without keys.
create function private.personal_to_json(stored public.personal) returns json
language plpgsql stable as $$ begin return to_json(private.open(stored::text)); end $$;

create function private.personal_from_json(given json) returns public.personal
language plpgsql stable as $$ begin return E'\x01' || (given #>> '{}'); end $$;

create function private.personal_from_filter(given text) returns public.personal
language plpgsql stable as $$
begin
  raise exception 'this column is stored encrypted and cannot be compared' using errcode = '0A000',
    hint = 'Search by equality in email_hash or phone_hash.';
end $$;

create function private.search_organization() returns uuid
language plpgsql stable as $$
begin
  if private.organization() is null then
    raise exception 'searching personal data needs an active organization' using errcode = '22023',
      hint = 'Name it in the header that selects the active organization.';
  end if;
  return private.organization();
end $$;

create function private.email_search_from_filter(given text) returns public.email_search
language plpgsql stable as $$
declare
  organization uuid := private.search_organization();
begin
  return private.search_hash(private.normal_email(given), private.search_version(organization), organization);
end $$;

create function private.phone_search_from_filter(given text) returns public.phone_search
language plpgsql stable as $$
declare
  organization uuid := private.search_organization();
begin
  return private.search_hash(private.normal_phone(given), private.search_version(organization), organization);
end $$;

-- Postgres notices that it will not use these casts by itself; the data API looks them up.
set local client_min_messages = error;
create cast (public.personal as json) with function private.personal_to_json(public.personal) as implicit;
create cast (json as public.personal) with function private.personal_from_json(json) as implicit;
create cast (text as public.personal) with function private.personal_from_filter(text) as implicit;
create cast (text as public.email_search) with function private.email_search_from_filter(text) as implicit;
create cast (text as public.phone_search) with function private.phone_search_from_filter(text) as implicit;
set local client_min_messages = notice;

grant execute on function
  private.personal_key(text, text), private.current_key_version(), private.seal(text, text, text), private.open(text),
  private.sealed(text, text, text), private.search_version(uuid), private.search_version_for_write(uuid),
  private.search_hash(text, text, uuid), private.normal_email(text), private.normal_phone(text), private.search_organization()
  to anon, authenticated, service_role;

create function private.seal_contact() returns trigger
language plpgsql as $$
declare
  name text := 'organisation:' || new.organization_id;
  before public.contacts;
  version text;
begin
  if tg_op = 'UPDATE' then
    before := old;
  end if;
  new.full_name := private.sealed(new.full_name, before.full_name, name);
  new.phone := private.sealed(new.phone, before.phone, name);
  new.email := private.sealed(new.email, before.email, name);
  new.notes := private.sealed(new.notes, before.notes, name);
  if private.is_maintenance() then
    return new;
  end if;
  -- Hashes follow their columns and cannot be written.
  if new.email is not distinct from before.email and new.phone is not distinct from before.phone then
    new.email_hash := before.email_hash;
    new.phone_hash := before.phone_hash;
  elsif private.personal_key(private.current_key_version(), name) is not null then
    version := private.search_version_for_write(new.organization_id);
    new.email_hash := private.search_hash(private.normal_email(private.open(new.email)), version, new.organization_id);
    new.phone_hash := private.search_hash(private.normal_phone(private.open(new.phone)), version, new.organization_id);
  end if;
  -- What is not there any more is not found any more, with or without a key.
  if new.email is null then
    new.email_hash := null;
  end if;
  if new.phone is null then
    new.phone_hash := null;
  end if;
  return new;
end $$;

create function private.seal_activity() returns trigger
language plpgsql as $$
declare
  name text := 'organisation:' || new.organization_id;
  before public.activities;
begin
  if tg_op = 'UPDATE' then
    before := old;
  end if;
  new.summary := private.sealed(new.summary, before.summary, name);
  new.location := private.sealed(new.location, before.location, name);
  return new;
end $$;

create function private.seal_assignment() returns trigger
language plpgsql as $$
declare
  name text := 'organisation:' || new.organization_id;
  before public.assignments;
begin
  if tg_op = 'UPDATE' then
    before := old;
  end if;
  new.message := private.sealed(new.message, before.message, name);
  new.epikrise_reference := private.sealed(new.epikrise_reference, before.epikrise_reference, name);
  return new;
end $$;

create function private.seal_profile() returns trigger
language plpgsql as $$
declare
  before public.profiles;
begin
  if tg_op = 'UPDATE' then
    before := old;
  end if;
  new.phone := private.sealed(new.phone, before.phone, 'profiles');
  return new;
end $$;

create trigger d_seal before insert or update on public.contacts for each row execute function private.seal_contact();
create trigger d_seal before insert or update on public.activities for each row execute function private.seal_activity();
create trigger d_seal before insert or update on public.assignments for each row execute function private.seal_assignment();
create trigger d_seal before insert or update on public.profiles for each row execute function private.seal_profile();
