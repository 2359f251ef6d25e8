-- Database, schema public, extensions. Runs as superuser.

do $$
begin
  execute format('alter database %I owner to postgres', current_database());
  execute format('grant all on database %I to postgres, dashboard_user', current_database());
  execute format('grant create on database %I to supabase_auth_admin, supabase_realtime_admin', current_database());
end
$$;

-- A hosted project lets every role of the server use schema public. Here each role is named, because the login
-- role of the API must have no right of its own: a connection that lost its role is refused.
revoke all on schema public from public;
grant usage on schema public to
  anon, authenticated, service_role,
  supabase_auth_admin, supabase_storage_admin, supabase_functions_admin, supabase_read_only_user, dashboard_user;
grant usage, create on schema public to postgres, supabase_realtime_admin;

-- Whatever postgres or the superuser creates in public is open to the API's roles; row-level security decides.
alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;

create schema extensions authorization postgres;
grant usage on schema extensions to
  anon, authenticated, service_role, supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin;
grant all on schema extensions to dashboard_user;
alter default privileges for role supabase_admin in schema extensions
  grant all on tables to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on sequences to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on functions to postgres with grant option;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_stat_statements') then
    create extension if not exists pg_stat_statements with schema extensions;
  end if;
end
$$;
grant all on all tables in schema extensions to postgres with grant option;
grant all on all functions in schema extensions to postgres with grant option;

-- Empty: clients that ask for GraphQL find the schema, but nothing in it.
create schema graphql_public;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;
