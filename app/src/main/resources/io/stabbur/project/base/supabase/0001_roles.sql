-- The roles of a Supabase project, their memberships and their settings. Runs as superuser.
--
-- Roles belong to the whole server, so a second project on the same server finds them: what exists is kept.
-- Nobody gets a password here; whoever starts the server gives one to the roles that log in.

do $$
declare
  missing record;
begin
  for missing in
    select name, attributes
    from (values
      ('supabase_admin', 'login superuser createdb createrole replication bypassrls'),
      ('postgres', 'login createdb createrole replication bypassrls'),
      ('authenticator', 'login noinherit'),
      ('anon', 'nologin'),
      ('authenticated', 'nologin'),
      ('service_role', 'nologin bypassrls'),
      ('supabase_auth_admin', 'nologin noinherit'),
      ('supabase_storage_admin', 'nologin noinherit'),
      ('supabase_realtime_admin', 'nologin noinherit'),
      ('supabase_functions_admin', 'nologin noinherit'),
      ('supabase_replication_admin', 'nologin replication'),
      ('supabase_read_only_user', 'nologin bypassrls'),
      ('dashboard_user', 'nologin createdb createrole replication')
    ) as wanted (name, attributes)
    where not exists (select from pg_roles where rolname = name)
  loop
    execute format('create role %I %s', missing.name, missing.attributes);
  end loop;
end
$$;

-- The API logs in as authenticator, which may become one of these three and nothing else.
grant anon, authenticated, service_role to authenticator;

-- postgres is the project's owner without being superuser: it manages policies, triggers and grants in the
-- schemas below as a member of the roles that own them.
grant anon, authenticated, service_role to postgres with admin option;
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

grant authenticator to supabase_storage_admin;
grant anon, authenticated, service_role to supabase_realtime_admin;
grant pg_read_all_data to supabase_read_only_user;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';

alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = storage;
alter role supabase_realtime_admin set search_path = public, extensions, realtime;

-- The history of these files is ours, not the user's: its schema belongs to postgres.
alter schema stabbur owner to postgres;
alter table stabbur.migrations owner to postgres;
