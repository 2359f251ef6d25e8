-- Trials of who reaches what, one row a project: the one under way, and the last that came to an end.
create table isolation_probes (
  project text primary key,
  begun_at timestamptz not null,
  begun_by text not null,
  beat_at timestamptz not null,
  done integer not null default 0,
  things integer not null default 0,
  runs boolean not null default true,
  failure text not null default '',
  result_at timestamptz,
  result text not null default ''
);
