-- Encrypted objects (decision 0008). What a bucket asks: one wrapping key for the project, or one for each first
-- folder of its objects' names. Null: nothing.
alter table stabbur_storage.bucket_rules add column encrypt text check (encrypt in ('project', 'folder'));

-- The key of each encrypted version, wrapped. A version whose name begins with `enc-` has one from before its row
-- is committed until its bytes are removed. Without the key store of the appliance none of them opens.
create table stabbur_storage.object_keys (
  version text primary key,
  bucket_id text not null,
  name text not null,
  key_version integer not null,
  wrapped text not null,
  layout text not null,
  created_at timestamptz not null default now()
);
create index object_keys_key_version on stabbur_storage.object_keys (key_version);
create index object_keys_created on stabbur_storage.object_keys (created_at);

-- Parts of an encrypted upload that are not yet joined: the size and tag clients know, and the tag the store knows.
create table stabbur_storage.object_key_parts (
  version text not null references stabbur_storage.object_keys on delete cascade,
  part_number integer not null,
  size bigint not null,
  etag text not null,
  stored_etag text not null,
  primary key (version, part_number)
);

grant select, insert, update, delete on stabbur_storage.object_keys, stabbur_storage.object_key_parts
  to supabase_storage_admin, service_role;
