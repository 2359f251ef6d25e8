-- SAML assertions that were used: each is good once. Forgotten when they would have expired anyway. Runs as postgres.
create table stabbur.saml_assertions (
  sso_provider_id uuid not null,
  assertion_id text not null,
  expires_at timestamptz not null,
  primary key (sso_provider_id, assertion_id)
);
create index saml_assertions_expiry on stabbur.saml_assertions (expires_at);
revoke all on stabbur.saml_assertions from public;
grant select, insert, delete on stabbur.saml_assertions to supabase_auth_admin;
