-- What one operator wants done that another one has to agree to (console.two-persons); removed when it is done, and by age.
create table approvals (
  id bigint generated always as identity primary key,
  project text not null,
  act text not null,
  subject text not null,
  operator uuid not null references operators on delete cascade,
  operator_name text not null,
  asked_at timestamptz not null,
  unique (project, act, subject)
);
