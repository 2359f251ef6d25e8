-- When the second factor was set up: whoever set it up after somebody asked for something is no second person for it.
alter table operators add column factor_at timestamptz;
update operators set factor_at = created_at where factor is not null;
