-- What was found about a project is not told of another one that has its name later.
delete from isolation_probes tried using projects p where p.name = tried.project and tried.begun_at < p.created_at;

create function forget_trials() returns trigger
language plpgsql set search_path = '' as $$
begin
  delete from stabbur_control.isolation_probes
  where project = case tg_op when 'DELETE' then old.name else new.name end;
  return null;
end $$;

create trigger forget_trials after insert or delete on projects for each row execute function forget_trials();
