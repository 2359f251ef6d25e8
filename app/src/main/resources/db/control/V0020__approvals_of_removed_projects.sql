-- What was asked for in a project, or to be moved to one, is not agreed to in another one that has its name later.
delete from approvals asked using projects p
where (p.name = asked.project or asked.act = 'move' and p.name = split_part(asked.subject, ' ', 2))
  and asked.asked_at < p.created_at;

create function forget_approvals() returns trigger
language plpgsql set search_path = '' as $$
declare
  known text := case tg_op when 'DELETE' then old.name else new.name end;
begin
  delete from stabbur_control.approvals
  where project = known or act = 'move' and pg_catalog.split_part(subject, ' ', 2) = known;
  return null;
end $$;

create trigger forget_approvals after insert or delete on projects for each row execute function forget_approvals();
