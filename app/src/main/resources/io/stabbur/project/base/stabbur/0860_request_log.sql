-- The log of requests: written in batches by each process, kept to a number of rows and an age (operations.requests). Holds
-- templates of paths and no value of a caller but the role and the organization. Only the appliance reads and writes here.
create table stabbur.requests (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- empty where the client gave one that is no random number
  request_id text not null,
  -- such as /auth/v1/admin/users/{id} or /rest/v1/notes; empty where no route matched
  route text not null,
  method text not null,
  status smallint not null,
  microseconds bigint not null,
  -- of Postgres; empty where the caller was not established
  role text not null,
  organization_id uuid
);
create index requests_at on stabbur.requests (at);
revoke all on stabbur.requests from public, anon, authenticated, service_role;
