-- Signed addresses name the generation of their bucket; those of an older one open nothing. Kept when a bucket is removed, so
-- that addresses of it stay closed when there is one of its name again. None: 0.
create table stabbur_storage.signature_generations (bucket_id text primary key, generation bigint not null);
grant select, insert, update on stabbur_storage.signature_generations to supabase_storage_admin, service_role;

alter table stabbur_storage.retention_log drop constraint retention_log_action_check;
alter table stabbur_storage.retention_log add check (action in ('rules_changed', 'deleted', 'signatures_revoked'));
