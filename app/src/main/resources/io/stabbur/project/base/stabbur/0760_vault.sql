-- Secrets for SQL, under the names of supabase_vault. Runs as postgres, also on a hosted project: where the extension itself is
-- there, or can be had, nothing is made. A secret is stored as sv1.<key version>.<base64 of iv, AES-256-CBC ciphertext, MAC>,
-- encrypted before it is authenticated, bound to its id. The keys are not in the database, and so in no dump and no backup of
-- it: stabbur_engine.vault_keys() reads them from a file beside it that only Postgres' own user may read.
do $make$
begin
  if exists (select from pg_extension where extname = 'supabase_vault' and extversion not like 'stabbur%')
    or exists (
      select from pg_available_extension_versions where name = 'supabase_vault' and version not like 'stabbur%')
    or to_regnamespace('vault') is not null
      and coalesce(obj_description(to_regnamespace('vault'), 'pg_namespace'), '') not like 'Secrets that Stabbur keeps%'
  then
    return;
  end if;

  create schema if not exists vault;
  if obj_description(to_regnamespace('vault'), 'pg_namespace') is null then
    comment on schema vault is 'Secrets that Stabbur keeps, in place of supabase_vault';
  end if;

  create table if not exists vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea,
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
  );
  create unique index if not exists secrets_name_idx on vault.secrets (name) where name is not null;

  -- Which versions of the key there are, and which one encrypts: {"current": "1", "roots": {"1": "<base64>"}}
  create or replace function vault._keys() returns jsonb
  language plpgsql stable set search_path = '' as $f$
  declare
    given jsonb;
  begin
    if to_regprocedure('stabbur_engine.vault_keys()') is not null then
      execute 'select stabbur_engine.vault_keys()' into given;
    end if;
    if given is null then
      raise exception 'the vault has no key in this database' using errcode = '55000',
        hint = 'Only the embedded Postgres is given the keys of the vault.';
    end if;
    return given;
  end $f$;

  create or replace function vault._seal(clear text, secret_id uuid) returns text
  language plpgsql volatile set search_path = '' as $f$
  declare
    keys jsonb := vault._keys();
    root bytea := decode(keys -> 'roots' ->> (keys ->> 'current'), 'base64');
    head text := 'sv1.' || (keys ->> 'current') || '.';
    iv bytea := extensions.gen_random_bytes(16);
    body bytea;
  begin
    body := iv || extensions.encrypt_iv(
      convert_to(clear, 'UTF8'), extensions.hmac('encrypt'::bytea, root, 'sha256'), iv, 'aes-cbc/pad:pkcs');
    return head || translate(encode(body || extensions.hmac(
      convert_to(head || secret_id || '.', 'UTF8') || body, extensions.hmac('authenticate'::bytea, root, 'sha256'), 'sha256'),
      'base64'), E'\n', '');
  end $f$;

  create or replace function vault._open(stored text, secret_id uuid) returns text
  language plpgsql stable security definer set search_path = '' as $f$
  declare
    parts text[] := string_to_array(stored, '.');
    root bytea;
    raw bytea;
    body bytea;
  begin
    if parts[1] = 'sv1' and cardinality(parts) = 3 then
      root := decode(vault._keys() -> 'roots' ->> parts[2], 'base64');
      raw := decode(parts[3], 'base64');
      body := substr(raw, 1, greatest(length(raw) - 32, 0));
    end if;
    if root is null or substr(raw, length(body) + 1) is distinct from extensions.hmac(
      convert_to('sv1.' || parts[2] || '.' || secret_id || '.', 'UTF8') || body,
      extensions.hmac('authenticate'::bytea, root, 'sha256'), 'sha256')
    then
      raise exception 'the secret % of the vault does not open with the keys of this project', secret_id using errcode = '39000';
    end if;
    return convert_from(extensions.decrypt_iv(
      substr(body, 17), extensions.hmac('encrypt'::bytea, root, 'sha256'), substr(body, 1, 16), 'aes-cbc/pad:pkcs'), 'UTF8');
  end $f$;

  create or replace view vault.decrypted_secrets as
    select id, name, description, secret, vault._open(secret, id) as decrypted_secret, key_id, nonce, created_at, updated_at
    from vault.secrets;

  create or replace function vault.create_secret(
    new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
  ) returns uuid
  language plpgsql security definer set search_path = '' as $f$
  declare
    made uuid := gen_random_uuid();
  begin
    insert into vault.secrets (id, secret, name, description, key_id)
    values (made, vault._seal(new_secret, made), new_name, coalesce(new_description, ''), new_key_id);
    return made;
  end $f$;

  create or replace function vault.update_secret(
    secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
    new_key_id uuid default null
  ) returns void
  language plpgsql security definer set search_path = '' as $f$
  begin
    update vault.secrets set
      secret = case when new_secret is null then secret else vault._seal(new_secret, id) end,
      name = coalesce(new_name, name), description = coalesce(new_description, description),
      key_id = coalesce(new_key_id, key_id), updated_at = now()
    where id = secret_id;
  end $f$;

  -- After a rotation of keys: what older versions sealed is sealed anew.
  create or replace function vault._reseal() returns bigint
  language plpgsql set search_path = '' as $f$
  declare
    changed bigint := 0;
  begin
    if exists (select from vault.secrets) then
      update vault.secrets set secret = vault._seal(vault._open(secret, id), id)
      where starts_with(secret, 'sv1.') and split_part(secret, '.', 2) <> vault._keys() ->> 'current';
      get diagnostics changed = row_count;
    end if;
    return changed;
  end $f$;

  revoke all on all functions in schema vault from public;
  revoke all on vault.secrets, vault.decrypted_secrets from public, anon, authenticated;
  grant usage on schema vault to service_role;
  grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
  grant execute on function vault.create_secret, vault.update_secret, vault._open to service_role;
end $make$;
